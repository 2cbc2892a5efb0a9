// Scratch databases on a server that is given; here one of our own plays it.
#include "scratch/given_server.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "pg/connection.h"
#include "scratch/identity.h"
#include "scratch/test_support.h"

namespace windlass::scratch {
namespace {

class Given : public testing::Test {
 protected:
  void SetUp() override {
    ServerOptions options = test_options();
    options.prepare_sql = "";
    auto started = Server::start(std::move(options));
    ASSERT_TRUE(started) << base::describe(started.error());
    server_.emplace(std::move(*started));
    url_ = server_->conninfo("postgres");
  }
  std::string ask(const std::string& conninfo, const std::string& sql) {
    auto connection = pg::Connection::open(conninfo);
    if (!connection) return base::describe(connection.error());
    auto rows = connection->query(sql);
    if (!rows) return base::describe(rows.error());
    return rows->size() == 0 ? "" : std::string(rows->at(0, 0));
  }
  std::string databases() {
    return ask(url_, "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database");
  }

  std::optional<Server> server_;
  std::string url_;
};

TEST_F(Given, DatabasesComeAndGo) {
  const std::string before = databases();
  auto given = GivenServer::open({url_, "feedfeedfeedfeedfeedfeedfeedfeed"});
  ASSERT_TRUE(given) << base::describe(given.error());
  EXPECT_EQ(given->version(), server_->version());
  EXPECT_EQ(given->role(), "windlass");
  const auto one = given->create_database(kTestSql);
  const auto two = given->create_database(kTestSql);
  ASSERT_TRUE(one) << base::describe(one.error());
  ASSERT_TRUE(two);
  EXPECT_NE(*one, *two);
  for (const auto& name : {*one, *two}) {
    EXPECT_EQ(ask(given->conninfo(name), "SELECT current_database()"), name);
    EXPECT_EQ(ask(given->conninfo(name), "SELECT pg_windlass.answer()"), "42");
    EXPECT_EQ(ask(given->conninfo(name), "SHOW pg_windlass.token"), "feedfeedfeedfeedfeedfeedfeedfeed");
  }
  auto busy = pg::Connection::open(given->conninfo(*one));
  ASSERT_TRUE(busy);
  const auto closed = given->close();
  EXPECT_TRUE(closed) << base::describe(closed.error());
  EXPECT_TRUE(given->close());
  EXPECT_EQ(databases(), before);
}

TEST_F(Given, AlsoWhenEverySessionWasKilled) {
  const std::string before = databases();
  {
    auto given = GivenServer::open({url_, ""});
    ASSERT_TRUE(given->create_database(""));
    EXPECT_TRUE(base::contains(databases(), "windlass_"));
    ask(url_, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()");
  }
  EXPECT_EQ(databases(), before);
}

TEST_F(Given, WhatAKilledRunLeftIsSweptAndNothingElse) {
  auto alive = GivenServer::open({url_, ""});
  const auto kept = alive->create_database("");
  ASSERT_TRUE(kept);
  auto connection = pg::Connection::open(url_);
  // Not ours: another comment, none at all, another's name.
  ASSERT_TRUE(connection->execute("CREATE DATABASE windlass_0123456789abcdef"));
  ASSERT_TRUE(connection->execute("CREATE DATABASE windlass_mine"));
  ASSERT_TRUE(connection->execute("COMMENT ON DATABASE windlass_mine IS 'windlass: a throwaway database'"));
  const std::string before = databases();
  const pid_t child = ::fork();
  if (child == 0) {
    auto given = GivenServer::open({url_, ""});
    ::_exit(given && given->create_database("") ? 0 : 1);  // no destructor runs
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_NE(databases(), before);
  for (int i = 0; i < 200 && databases() != before; ++i) {
    ASSERT_TRUE(GivenServer::open({url_, ""}));  // the dead run's session may take a moment to end
    ::usleep(10000);
  }
  EXPECT_EQ(databases(), before);
}

TEST_F(Given, WithoutTheRightsItSaysWhichAreMissing) {
  ASSERT_TRUE(apply_prerequisites(url_, {}, {},
                                  {{"roles", "CREATE ROLE poor LOGIN; CREATE ROLE maker LOGIN CREATEDB"}}));
  auto poor = GivenServer::open({server_->conninfo("postgres", "poor"), ""});
  ASSERT_FALSE(poor);
  EXPECT_TRUE(base::contains(poor.error().hint, "CREATEDB")) << poor.error().hint;
  auto maker = GivenServer::open({server_->conninfo("postgres", "maker"), ""});
  ASSERT_TRUE(maker);
  EXPECT_FALSE(maker->superuser());
  const auto refused = maker->create_database(kTestSql);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(base::contains(refused.error().got, "42501")) << refused.error().got;
  EXPECT_TRUE(base::contains(refused.error().hint, "superuser")) << refused.error().hint;
  EXPECT_TRUE(maker->close());

  const auto nowhere = GivenServer::open({"postgresql://me:secret@127.0.0.1:1/x", ""});
  ASSERT_FALSE(nowhere);
  EXPECT_FALSE(base::contains(base::describe(nowhere.error()), "secret"));
}

}  // namespace
}  // namespace windlass::scratch
