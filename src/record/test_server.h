// A real PostgreSQL for tests: initdb in a temporary folder, one server for the
// whole test program, removed at its end. The room above has a better one;
// the layering forbids it here.
#pragma once

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/file.h"
#include "base/process.h"
#include "pg/connection.h"

namespace windlass::record {

class TestServer {
 public:
  /// The server of this test program, started at first need.
  static TestServer& get() {
    static TestServer server;
    return server;
  }

  const std::filesystem::path& sockets() const { return folder_; }
  std::string conninfo(const std::string& database = "postgres") const {
    return fmt::format("host={} dbname={} user=windlass", folder_.string(), database);
  }
  static std::filesystem::path program(const std::string& name) { return bindir() / name; }

  ~TestServer() {
    process_.signal(SIGQUIT);
    process_.wait(std::chrono::seconds(10));
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

 private:
  static std::filesystem::path bindir() {
    const auto found = base::run_program(options({"pg_config", "--bindir"}), std::chrono::seconds(10));
    if (found && found->status.ok()) {
      const std::filesystem::path folder = found->out.substr(0, found->out.find('\n'));
      if (std::filesystem::exists(folder / "initdb")) return folder;
    }
    for (int version = 20; version > 11; --version) {
      const std::filesystem::path folder = fmt::format("/usr/lib/postgresql/{}/bin", version);
      if (std::filesystem::exists(folder / "initdb")) return folder;
    }
    throw std::runtime_error("no PostgreSQL server programs found");
  }

  static base::ProcessOptions options(std::vector<std::string> arguments) {
    base::ProcessOptions options;
    options.arguments = std::move(arguments);
    options.environment = base::current_environment();
    if (::geteuid() == 0) {
      // The server refuses root.
      auto user = base::find_system_user("postgres");
      if (!user) user = base::find_system_user("nobody");
      options.user = *user;
    }
    options.folder = "/";
    return options;
  }

  TestServer() {
    folder_ = *base::make_private_folder(std::filesystem::temp_directory_path(), "windlass-record-test-");
    const std::filesystem::path data = folder_ / "data";
    std::filesystem::create_directory(data);
    base::ProcessOptions initdb =
        options({(bindir() / "initdb").string(), "-D", data.string(), "-U", "windlass", "-A", "trust",
                 "--no-sync", "-E", "UTF8", "--locale=C"});
    if (initdb.user) {
      for (const auto& path : {folder_, data})
        if (::chown(path.c_str(), initdb.user->uid, initdb.user->gid) != 0)
          throw std::runtime_error("chown failed");
    }
    ::chmod(data.c_str(), 0700);
    const auto made = base::run_program(initdb, std::chrono::seconds(120));
    if (!made || !made->status.ok()) throw std::runtime_error("initdb failed: " + (made ? made->err : ""));
    base::ProcessOptions server =
        options({(bindir() / "postgres").string(), "-D", data.string(), "-k", folder_.string(), "-c",
                 "listen_addresses=", "-c", "fsync=off", "-c", "dynamic_shared_memory_type=mmap", "-c",
                 "shared_buffers=32MB", "-c", "wal_level=logical", "-c", "max_connections=50", "-c",
                 "logging_collector=on"});
    auto started = base::Process::start(server);
    if (!started) throw std::runtime_error(base::describe(started.error()));
    process_ = std::move(*started);
    for (int i = 0; i < 600; ++i) {
      if (pg::Connection::open(conninfo())) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    throw std::runtime_error("the test server did not start");
  }

  std::filesystem::path folder_;
  base::Process process_;
};

}  // namespace windlass::record
