// The schema of a real database as SQL, by pg_dump.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"

namespace windlass::run {

struct SchemaDumpOptions {
  std::string url;
  std::vector<std::string> environment;  ///< with the PG* variables that lead to the database
  std::filesystem::path bindir;          ///< looked into for pg_dump first; then PATH
  std::vector<std::string> more = {};    ///< further arguments
  std::chrono::milliseconds lock_wait = std::chrono::seconds(10);
  std::chrono::milliseconds timeout = std::chrono::minutes(5);
  const std::atomic<bool>* stop =
      nullptr;  ///< once it is true, pg_dump is ended; nullptr: nobody asks for that
};

/// What `pg_dump --schema-only` says: it reads only, and takes ACCESS SHARE on each table. No password stands
/// on its command line. An error: there is no pg_dump, or it failed, with its own words.
base::Result<std::string> dump_schema(const SchemaDumpOptions& options);

}  // namespace windlass::run
