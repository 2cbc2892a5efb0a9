// What the tests of this room share: a small prepare SQL, a cache of their own.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/process.h"
#include "scratch/binaries.h"
#include "scratch/server.h"

namespace windlass::scratch {

/// A folder that goes away with the test.
class TestFolder {
 public:
  TestFolder() : path_(base::make_private_folder("/tmp", "scratch-test-").value()) {}
  ~TestFolder() { base::remove_tree(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline const char* const kTestSql =
    "SET allow_system_table_mods = on; CREATE SCHEMA pg_windlass; "
    "CREATE FUNCTION pg_windlass.answer() RETURNS int LANGUAGE sql AS 'SELECT 42'; "
    "GRANT USAGE ON SCHEMA pg_windlass TO PUBLIC";

inline base::Result<Binaries> test_binaries() {
  FindOptions options;
  options.environment = base::current_environment();
  return find_binaries(options);
}

/// One cache for the whole test program: initdb runs once.
inline const std::filesystem::path& shared_cache() {
  static const TestFolder folder;
  return folder.path();
}

inline ServerOptions test_options() {
  ServerOptions options;
  options.binaries = test_binaries().value();
  options.cache = shared_cache();
  options.prepare_sql = kTestSql;
  options.token = "0123456789abcdef0123456789abcdef";
  options.environment = base::current_environment();
  return options;
}

}  // namespace windlass::scratch
