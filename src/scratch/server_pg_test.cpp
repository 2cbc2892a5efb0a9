// Scratch servers, started for real.
#include "scratch/server.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "base/text.h"
#include "pg/connection.h"
#include "scratch/cache.h"
#include "scratch/data_folder.h"
#include "scratch/identity.h"
#include "scratch/run_folder.h"
#include "scratch/test_support.h"

namespace windlass::scratch {
namespace {

namespace fs = std::filesystem;

std::string ask(const std::string& conninfo, const std::string& sql) {
  auto connection = pg::Connection::open(conninfo);
  if (!connection) return base::describe(connection.error());
  auto rows = connection->query(sql);
  if (!rows) return base::describe(rows.error());
  return rows->size() == 0 ? "" : std::string(rows->at(0, 0));
}

bool process_exists(pid_t pid) { return ::kill(pid, 0) == 0 || errno == EPERM; }

bool ends_soon(pid_t pid) {
  for (int i = 0; i < 500 && process_exists(pid); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return !process_exists(pid);
}

TEST(ScratchServer, RunsAndLeavesNothing) {
  auto server = Server::start(test_options());
  ASSERT_TRUE(server) << base::describe(server.error());
  const fs::path folder = server->folder();
  const pid_t pid = server->pid();
  EXPECT_TRUE(server->alive());
  struct stat info {};
  ASSERT_EQ(::stat(folder.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700U);
  EXPECT_EQ(info.st_uid, server->server_user().uid);
  EXPECT_NE(info.st_uid, 0U);
  for (const char* database : {"postgres", "template1", kSpareDatabase})
    EXPECT_EQ(ask(server->conninfo(database), "SELECT pg_windlass.answer()"), "42") << database;
  EXPECT_EQ(ask(server->conninfo("postgres"), "SHOW pg_windlass.token"), "0123456789abcdef0123456789abcdef");
  EXPECT_EQ(ask(server->conninfo("postgres"), "SHOW TimeZone"), "Etc/UTC");
  EXPECT_EQ(ask(server->conninfo("postgres"), "SHOW lc_messages"), "C");
  EXPECT_EQ(ask(server->conninfo("postgres"), "SHOW wal_level"), "replica");
  EXPECT_EQ(ask(server->conninfo("postgres"), "SHOW server_encoding"), "UTF8");
  EXPECT_TRUE(ask(server->conninfo("postgres"), "SHOW server_version").starts_with(server->version()));
  server->stop();
  server->stop();
  EXPECT_FALSE(server->alive());
  EXPECT_FALSE(process_exists(pid));
  EXPECT_FALSE(fs::exists(folder));
}

TEST(ScratchServer, StartsFastFromTheCache) {
  { ASSERT_TRUE(Server::start(test_options())); }
  StartTimes best{1, 1, 1, 1};
  for (int i = 0; i < 5; ++i) {
    auto server = Server::start(test_options());
    ASSERT_TRUE(server) << base::describe(server.error());
    EXPECT_FALSE(server->freshly_prepared());
    const StartTimes& t = server->times();
    if (t.sweep + t.prepare + t.copy + t.start < best.sweep + best.prepare + best.copy + best.start) best = t;
  }
  const double whole = best.sweep + best.prepare + best.copy + best.start;
  fmt::print("start: sweep {:.1f} ms, cache {:.1f} ms, copy {:.1f} ms, postgres {:.1f} ms, whole {:.1f} ms\n",
             best.sweep * 1e3, best.prepare * 1e3, best.copy * 1e3, best.start * 1e3, whole * 1e3);
  EXPECT_LT(whole, 1.0);
}

TEST(ScratchServer, AnswersATransactionLikeAnyOther) {
  auto server = Server::start(test_options());
  ASSERT_TRUE(server) << base::describe(server.error());
  auto connection = pg::Connection::open(server->conninfo("postgres"));
  ASSERT_TRUE(connection);
  ASSERT_TRUE(
      connection->execute("CREATE TABLE t (id serial PRIMARY KEY, at timestamptz DEFAULT now()); "
                          "INSERT INTO t DEFAULT VALUES; ANALYZE t; CHECKPOINT"));
  EXPECT_TRUE(connection->execute("CREATE PUBLICATION p FOR TABLE t"));
  EXPECT_TRUE(connection->execute("BEGIN; INSERT INTO t DEFAULT VALUES; PREPARE TRANSACTION 'x'"));
  EXPECT_TRUE(connection->execute("COMMIT PREPARED 'x'"));
  auto wrong = connection->execute("SELECT * FROM nowhere");
  ASSERT_FALSE(wrong);
  EXPECT_TRUE(wrong.error().got.starts_with("42P01: ")) << wrong.error().got;
  EXPECT_TRUE(connection->execute("ALTER SYSTEM SET work_mem = '5MB'"));
}

TEST(ScratchServer, TenAtOnceFromAnEmptyCache) {
  const TestFolder cache;
  std::vector<pid_t> children;
  for (int i = 0; i < 10; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      ServerOptions options = test_options();
      options.cache = cache.path();
      auto server = Server::start(std::move(options));
      const bool fine = server && ask(server->conninfo("postgres"), "SELECT pg_windlass.answer()") == "42";
      if (!server) fmt::print(stderr, "{}\n", base::describe(server.error()));
      if (server) server->stop();
      ::_exit(fine && !(server && fs::exists(server->folder())) ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
}

TEST(ScratchServer, DiesWithItsRunAndIsSwept) {
  int pipes[2];
  ASSERT_EQ(::pipe(pipes), 0);
  // Before this process has threads: the child makes its own.
  const pid_t child = ::fork();
  if (child == 0) {
    auto server = Server::start(test_options());
    if (!server) ::_exit(1);
    const std::string text = fmt::format("{} {}\n", server->pid(), server->folder().string());
    [[maybe_unused]] const ssize_t n = ::write(pipes[1], text.data(), text.size());
    ::pause();
    ::_exit(0);
  }
  auto bystander = Server::start(test_options());
  ASSERT_TRUE(bystander);
  ::close(pipes[1]);
  std::string text;
  char byte = 0;
  while (::read(pipes[0], &byte, 1) == 1 && byte != '\n') text += byte;
  ::close(pipes[0]);
  const auto words = base::split(text, ' ');
  ASSERT_EQ(words.size(), 2U);
  const pid_t server = static_cast<pid_t>(std::stol(words[0]));
  const fs::path folder = words[1];
  EXPECT_TRUE(process_exists(server));
  EXPECT_TRUE(server_of(folder / "data"));

  sweep({folder.parent_path()});
  EXPECT_TRUE(fs::exists(folder)) << "a live run's folder was swept";
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(ends_soon(server));
  // Another run of windlass on this machine may have done it by now.
  sweep({folder.parent_path()});
  EXPECT_FALSE(fs::exists(folder));
  EXPECT_TRUE(bystander->alive());
  EXPECT_TRUE(fs::exists(bystander->folder()));
}

TEST(ScratchServer, ComesBackToItsStandingConnections) {
  auto server = Server::start(test_options());
  ASSERT_TRUE(server) << base::describe(server.error());
  auto one = server->standing_connection("postgres");
  ASSERT_TRUE(one);
  const int session = (*one)->backend_pid();
  EXPECT_EQ((*one)->query_prepared("SELECT 41 + 1").value().at(0, 0), "42");
  auto again = server->standing_connection("postgres");
  ASSERT_TRUE(again);
  EXPECT_EQ((*again)->backend_pid(), session);
  EXPECT_EQ((*again)->query_prepared("SELECT 41 + 1").value().at(0, 0), "42");
  // As a migration does that wants the database for itself.
  auto other = pg::Connection::open(server->conninfo("postgres"));
  ASSERT_TRUE(other);
  const std::string pid = std::to_string(session);
  ASSERT_TRUE(other->query("SELECT pg_terminate_backend($1::int)", {pid}));
  while (other->query("SELECT FROM pg_stat_activity WHERE pid = $1::int", {pid}).value().size() > 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  again = server->standing_connection("postgres");
  ASSERT_TRUE(again) << base::describe(again.error());
  EXPECT_NE((*again)->backend_pid(), session);
  EXPECT_EQ((*again)->query_prepared("SELECT 41 + 1").value().at(0, 0), "42");
  server->close_standing_connections();
  EXPECT_FALSE(server->standing_connection("nowhere"));
}

TEST(ScratchServer, OutlivesTheThreadThatStartedIt) {
  std::optional<Server> server;
  std::thread([&] {
    if (auto started = Server::start(test_options())) server.emplace(std::move(*started));
  }).join();
  ASSERT_TRUE(server);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_TRUE(server->alive());
  EXPECT_EQ(ask(server->conninfo("postgres"), "SELECT 1"), "1");
}

TEST(ScratchServer, StaysWhenKept) {
  ServerOptions options = test_options();
  options.keep = true;
  fs::path folder;
  pid_t pid = 0;
  std::string conninfo, command;
  {
    auto server = Server::start(std::move(options));
    ASSERT_TRUE(server) << base::describe(server.error());
    folder = server->folder();
    pid = server->pid();
    conninfo = server->conninfo("postgres");
    command = server->end_command();
  }
  EXPECT_EQ(ask(conninfo, "SELECT 1"), "1");
  sweep({folder.parent_path()});
  EXPECT_EQ(ask(conninfo, "SELECT 1"), "1");
  base::ProcessOptions shell;
  shell.arguments = {"/bin/sh", "-c", command};
  shell.environment = base::current_environment();
  const auto ended = base::run_program(shell, std::chrono::seconds(10));
  ASSERT_TRUE(ended);
  EXPECT_TRUE(ended->status.ok()) << ended->err;
  ::waitpid(pid, nullptr, 0);  // it is still a child of this process
  sweep({folder.parent_path()});
  EXPECT_FALSE(fs::exists(folder));
}

TEST(ScratchServer, SaysWhyItCannotStart) {
  ServerOptions options = test_options();
  options.settings = {{"shared_buffers", "a lot"}};
  const auto server = Server::start(std::move(options));
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().attempted, "start a scratch server");
  EXPECT_TRUE(base::contains(server.error().got, "shared_buffers")) << server.error().got;

  options = test_options();
  options.prepare_sql = "CREATE TABLE broken (";
  const auto other = Server::start(std::move(options));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().attempted, "prepare a scratch database");
  EXPECT_TRUE(base::contains(other.error().got, "42601")) << other.error().got;
}

TEST(ScratchServer, ReachesNoNetwork) {
  auto server = Server::start(test_options());
  ASSERT_TRUE(server);
  const auto ours = fs::read_symlink("/proc/self/ns/net").string();
  std::error_code code;
  const auto theirs = fs::read_symlink(fmt::format("/proc/{}/ns/net", server->pid()), code).string();
  // As root the namespace is always to be had here unless the container forbids it.
  if (::geteuid() == 0 && ::access("/proc/sys/net", W_OK) == 0) {
    EXPECT_NE(ours, theirs);
  }
}

TEST(ScratchCache, RefusesWhatOthersMayTouch) {
  const TestFolder folder;
  ServerOptions options = test_options();
  options.cache = folder.path() / "open";
  fs::create_directory(options.cache);
  ::chmod(options.cache.c_str(), 0755);
  auto open = Server::start(options);
  ASSERT_FALSE(open);
  EXPECT_EQ(open.error().attempted, "use the cache folder");
  EXPECT_TRUE(base::contains(open.error().got, "0755")) << open.error().got;

  if (::geteuid() == 0) {
    options.cache = folder.path() / "foreign";
    fs::create_directory(options.cache);
    ::chmod(options.cache.c_str(), 0700);
    ASSERT_EQ(::chown(options.cache.c_str(), 12345, 12345), 0);
    auto foreign = Server::start(options);
    ASSERT_FALSE(foreign);
    EXPECT_TRUE(base::contains(foreign.error().got, "belongs to user 12345")) << foreign.error().got;
  }
}

TEST(ScratchCache, ADamagedFileIsMadeAgain) {
  const TestFolder cache;
  ServerOptions options = test_options();
  options.cache = cache.path();
  { ASSERT_TRUE(Server::start(options)); }
  fs::path pack;
  for (const auto& entry : fs::directory_iterator(cache.path()))
    if (entry.path().extension() == ".pack") pack = entry.path();
  ASSERT_FALSE(pack.empty());
  struct stat info {};
  ::stat(pack.c_str(), &info);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  fmt::print("pack: {:.1f} MB\n", static_cast<double>(info.st_size) / 1e6);
  fs::resize_file(pack, fs::file_size(pack) / 2);
  auto server = Server::start(options);
  ASSERT_TRUE(server) << base::describe(server.error());
  EXPECT_TRUE(server->freshly_prepared());
}

TEST(ScratchCache, WithoutACacheItStillWorks) {
  ServerOptions options = test_options();
  options.cache = "/proc/no/such/place";
  auto server = Server::start(options);
  ASSERT_TRUE(server) << base::describe(server.error());
  EXPECT_TRUE(base::contains(server->remark(), "/proc/no/such/place"));
  EXPECT_EQ(ask(server->conninfo("postgres"), "SELECT 1"), "1");
}

}  // namespace
}  // namespace windlass::scratch
