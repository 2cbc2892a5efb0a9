// What a stopped server held, and servers that go on from it.
#include "scratch/saved_state.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "pg/connection.h"
#include "scratch/identity.h"
#include "scratch/run_folder.h"
#include "scratch/test_support.h"

namespace windlass::scratch {
namespace {

std::string ask(const std::string& conninfo, const std::string& sql) {
  auto connection = pg::Connection::open(conninfo);
  if (!connection) return base::describe(connection.error());
  auto rows = connection->query(sql);
  if (!rows) return base::describe(rows.error());
  return rows->size() == 0 ? "" : std::string(rows->at(0, 0));
}

std::string run(const std::string& conninfo, const std::string& sql) {
  auto connection = pg::Connection::open(conninfo);
  if (!connection) return base::describe(connection.error());
  const auto done = connection->execute(sql);
  return done ? "" : base::describe(done.error());
}

class SavedStates : public testing::Test {
 protected:
  /// A server with the identity shop/shop, in which `sql` was run, saved.
  std::shared_ptr<const SavedState> saved(const std::string& sql) {
    auto server = Server::start(test_options());
    EXPECT_TRUE(server) << base::describe(server.error());
    EXPECT_TRUE(take_identity(*server, {"shop", "shop"}));
    EXPECT_EQ(run(server->conninfo("shop"), sql), "");
    auto state = server->save(folder_.path() / "state");
    if (!state) {
      error_ = state.error().got;
      return nullptr;
    }
    return *state;
  }
  TestFolder folder_;
  std::string error_;
};

TEST_F(SavedStates, HoldWhatATemplateCopyWouldLose) {
  const auto state = saved(
      "CREATE ROLE reporting; GRANT CONNECT ON DATABASE shop TO reporting; "
      "ALTER DATABASE shop SET search_path = app, public; CREATE TABLE t (x int); INSERT INTO t VALUES (7); "
      "CREATE UNLOGGED TABLE u (x int); INSERT INTO u VALUES (8)");
  ASSERT_NE(state, nullptr) << error_;
  ServerOptions options = test_options();
  options.state = state;
  options.token = "fedcba9876543210fedcba9876543210";
  // Twice at the same time: one is not the other.
  auto one = Server::start(options), other = Server::start(options);
  ASSERT_TRUE(one) << base::describe(one.error());
  ASSERT_TRUE(other) << base::describe(other.error());
  EXPECT_EQ(ask(one->conninfo("shop"), "SHOW search_path"), "app, public");
  EXPECT_EQ(ask(one->conninfo("shop"), "SHOW pg_windlass.token"), options.token);
  EXPECT_EQ(ask(one->conninfo("shop"), "SELECT x FROM public.t"), "7");
  EXPECT_EQ(ask(one->conninfo("shop"), "SELECT x FROM public.u"), "8");
  EXPECT_EQ(ask(one->conninfo("shop"), "SELECT has_database_privilege('reporting', 'shop', 'CONNECT')"), "t");
  EXPECT_EQ(run(one->conninfo("shop"), "DROP TABLE public.t"), "");
  EXPECT_EQ(ask(other->conninfo("shop"), "SELECT x FROM public.t"), "7");
}

TEST_F(SavedStates, AreKeptOfAServerThatGoesOn) {
  auto server = Server::start(test_options());
  ASSERT_TRUE(server) << base::describe(server.error());
  ASSERT_TRUE(take_identity(*server, {"shop", "shop"}));
  ASSERT_EQ(run(server->conninfo("shop"),
                "CREATE ROLE reporting; CREATE TABLE t (x serial, y text); "
                "INSERT INTO t (y) SELECT repeat('y', 3000) FROM generate_series(1, 900)"),
            "");
  const auto state = server->save(folder_.path() / "state", nullptr, true);
  ASSERT_TRUE(state) << base::describe(state.error());
  ASSERT_TRUE(server->alive());
  EXPECT_EQ(run(server->conninfo("shop"), "DROP TABLE t; DROP ROLE reporting"), "");
  ServerOptions options = test_options();
  options.state = *state;
  auto other = Server::start(options);
  ASSERT_TRUE(other) << base::describe(other.error());
  EXPECT_EQ(ask(other->conninfo("shop"), "SELECT count(*) FROM t, pg_roles WHERE rolname = 'reporting'"),
            "900");
  EXPECT_EQ(ask(other->conninfo("shop"), "SELECT nextval('t_x_seq')"), "901");
}

TEST_F(SavedStates, StopAServerWhoseUnloggedTablesACrashWouldEmpty) {
  auto server = Server::start(test_options());
  ASSERT_TRUE(server) << base::describe(server.error());
  ASSERT_TRUE(take_identity(*server, {"shop", "shop"}));
  ASSERT_EQ(run(server->conninfo("shop"), "CREATE UNLOGGED TABLE u (x int); INSERT INTO u VALUES (8)"), "");
  const auto state = server->save(folder_.path() / "state", nullptr, true);
  ASSERT_TRUE(state) << base::describe(state.error());
  EXPECT_FALSE(server->alive());
  ServerOptions options = test_options();
  options.state = *state;
  auto other = Server::start(options);
  ASSERT_TRUE(other) << base::describe(other.error());
  EXPECT_EQ(ask(other->conninfo("shop"), "SELECT x FROM public.u"), "8");
}

TEST_F(SavedStates, LookIntoDatabasesThatNobodyAskedFor) {
  auto server = Server::start(test_options());
  ASSERT_TRUE(server) << base::describe(server.error());
  ASSERT_TRUE(take_identity(*server, {"shop", "shop"}));
  ASSERT_EQ(run(server->conninfo("shop"), "CREATE DATABASE archive"), "");
  ASSERT_EQ(run(server->conninfo("archive"), "CREATE UNLOGGED TABLE u (x int); INSERT INTO u VALUES (8)"),
            "");
  ASSERT_TRUE(server->save(folder_.path() / "state", nullptr, true));
  EXPECT_FALSE(server->alive());
  auto second = Server::start(test_options());
  ASSERT_TRUE(second) << base::describe(second.error());
  ASSERT_TRUE(take_identity(*second, {"shop", "shop"}));
  ASSERT_EQ(run(second->conninfo("shop"), "CREATE DATABASE closed ALLOW_CONNECTIONS false"), "");
  ASSERT_TRUE(second->save(folder_.path() / "closed", nullptr, true));
  EXPECT_FALSE(second->alive());
}

TEST_F(SavedStates, ShareTheFilesOfDatabasesInWhichNobodyWorks) {
  const RunFolder beside_the_servers = RunFolder::make().value();
  const auto common = std::make_shared<CommonFiles>(beside_the_servers.path());
  auto server = Server::start(test_options());
  ASSERT_TRUE(server) << base::describe(server.error());
  ASSERT_TRUE(take_identity(*server, {"shop", "shop"}));
  const auto alone = server->save(folder_.path() / "alone", nullptr, true);
  const auto state = server->save(folder_.path() / "state", common, true);
  ASSERT_TRUE(alone && state);
  EXPECT_LT(std::filesystem::file_size((*state)->pack()), std::filesystem::file_size((*alone)->pack()) / 2);
  EXPECT_EQ((*state)->common().oids.size(), 3U);

  ServerOptions options = test_options();
  options.state = *state;
  auto one = Server::start(options), other = Server::start(options);
  ASSERT_TRUE(one) << base::describe(one.error());
  ASSERT_TRUE(other) << base::describe(other.error());
  // Who works in one of them does so alone.
  for (const char* database : {"postgres", "template1"}) {
    ASSERT_TRUE(take_identity(*one, {"shop", database}));
    EXPECT_EQ(
        run(one->conninfo(database), "CREATE TABLE mine (x int); INSERT INTO mine VALUES (7); CHECKPOINT"),
        "");
    EXPECT_EQ(ask(one->conninfo(database), "SELECT x FROM mine"), "7");
    EXPECT_EQ(
        ask(other->conninfo(database), "SELECT to_regclass('mine') IS NULL AND pg_windlass.answer() = 42"),
        "t");
  }
  EXPECT_EQ(run(one->conninfo("shop"), "CREATE DATABASE from_template"), "");
  EXPECT_EQ(ask(one->conninfo("from_template"), "SELECT x FROM mine"), "7");
  EXPECT_EQ(run(other->conninfo("shop"), "CREATE DATABASE from_template"), "");
  EXPECT_EQ(ask(other->conninfo("from_template"), "SELECT pg_windlass.answer()"), "42");
  EXPECT_EQ(run(other->conninfo("shop"), "DROP DATABASE postgres"), "");
  // A state of a state: what one of them made its own is in the pack.
  const auto later = one->save(folder_.path() / "later", common);
  ASSERT_TRUE(later) << base::describe(later.error());
  EXPECT_EQ((*later)->common().oids.size(), 1U);
  options.state = *later;
  auto third = Server::start(options);
  ASSERT_TRUE(third) << base::describe(third.error());
  EXPECT_EQ(ask(third->conninfo("postgres"), "SELECT x FROM mine"), "7");
}

TEST_F(SavedStates, HoldAllThemselvesWhereFilesCannotBeLinked) {
  auto server = Server::start(test_options());
  ASSERT_TRUE(server) << base::describe(server.error());
  ASSERT_TRUE(take_identity(*server, {"shop", "shop"}));
  const auto nowhere = std::make_shared<CommonFiles>(folder_.path() / "missing");
  const auto state = server->save(folder_.path() / "state", nowhere, true);
  ASSERT_TRUE(state) << base::describe(state.error());
  EXPECT_TRUE((*state)->common().oids.empty());
  ServerOptions options = test_options();
  options.state = *state;
  auto other = Server::start(options);
  ASSERT_TRUE(other) << base::describe(other.error());
  EXPECT_EQ(ask(other->conninfo("postgres"), "SELECT pg_windlass.answer()"), "42");
}

TEST_F(SavedStates, TakeNoIdentityAnew) {
  const auto state =
      saved("CREATE ROLE other; ALTER DATABASE shop OWNER TO other; ALTER ROLE shop NOSUPERUSER");
  ASSERT_NE(state, nullptr) << error_;
  ServerOptions options = test_options();
  options.state = state;
  auto server = Server::start(options);
  ASSERT_TRUE(server) << base::describe(server.error());
  ASSERT_TRUE(take_identity(*server, {"shop", "shop"}));
  EXPECT_EQ(ask(server->conninfo("postgres"),
                "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'shop'"),
            "other");
  ASSERT_TRUE(take_identity(*server, {"shop", "second"}));
  EXPECT_EQ(ask(server->conninfo("second"), "SELECT pg_windlass.answer()"), "42");
}

TEST_F(SavedStates, GoWithTheirLastOwner) {
  auto state = saved("SELECT 1");
  ASSERT_NE(state, nullptr) << error_;
  const std::filesystem::path pack = state->pack();
  EXPECT_TRUE(std::filesystem::exists(pack));
  state.reset();
  EXPECT_FALSE(std::filesystem::exists(pack));
}

TEST_F(SavedStates, RefuseWhatLiesOutside) {
  const TestFolder outside;
  ::chmod(outside.path().c_str(), 0755);
  const std::filesystem::path place = outside.path() / "space";
  ASSERT_EQ(::mkdir(place.c_str(), 0700), 0);
  const base::SystemUser user = server_user().value();
  if (::geteuid() == 0) {
    ASSERT_EQ(::chown(place.c_str(), user.uid, user.gid), 0);
  }
  auto server = Server::start(test_options());
  ASSERT_TRUE(server) << base::describe(server.error());
  ASSERT_EQ(run(server->conninfo("postgres"), "CREATE TABLESPACE apart LOCATION '" + place.string() + "'"),
            "");
  const auto state = server->save(folder_.path() / "state");
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().got, "a tablespace lies outside of its data folder");
}

}  // namespace
}  // namespace windlass::scratch
