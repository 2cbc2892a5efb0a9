// The project's identity on a scratch server.
#include "scratch/identity.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "base/text.h"
#include "pg/connection.h"
#include "scratch/data_folder.h"
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

constexpr char kOwner[] =
    "SELECT r.rolname FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba WHERE d.datname = "
    "current_database()";
constexpr char kAttributes[] =
    "SELECT rolsuper::int::text || rolcreatedb::int || rolcreaterole::int || rolreplication::int || "
    "rolbypassrls::int || rolcanlogin::int FROM pg_roles WHERE rolname = current_user";

class Identities : public testing::Test {
 protected:
  void SetUp() override {
    auto started = Server::start(test_options());
    ASSERT_TRUE(started) << base::describe(started.error());
    server_.emplace(std::move(*started));
  }
  void take(const Identity& identity) {
    const auto taken = take_identity(*server_, identity);
    ASSERT_TRUE(taken) << base::describe(taken.error());
  }
  std::string ask_as(const Identity& identity, const std::string& sql) {
    return ask(server_->conninfo(identity.database, identity.role), sql);
  }
  std::optional<Server> server_;
};

TEST_F(Identities, AreWhatTheUrlSays) {
  for (const Identity& identity :
       {Identity{"app", "shop"}, Identity{"odd\"na'me \\", "My \"Data'base\" \\"},
        Identity{"postgres", "postgres"}, Identity{"other", "template1"}, Identity{"windlass", "windlass"}}) {
    const auto begin = std::chrono::steady_clock::now();
    take(identity);
    fmt::print("take_identity({}): {:.1f} ms\n", identity.database,
               std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() * 1e3);
    take(identity);
    EXPECT_EQ(ask_as(identity, "SELECT current_user"), identity.role);
    EXPECT_EQ(ask_as(identity, "SELECT current_database()"), identity.database);
    EXPECT_EQ(ask_as(identity, kOwner), identity.role);
    EXPECT_EQ(ask_as(identity, kAttributes), "111111");
    EXPECT_EQ(ask_as(identity, "SELECT pg_windlass.answer()"), "42");
    EXPECT_EQ(ask_as(identity, "SHOW server_encoding"), "UTF8");
  }
}

TEST_F(Identities, WithoutSuperuserOwnTheirDatabase) {
  const Identity identity{"app", "shop", "UTF8", false};
  take(identity);
  EXPECT_EQ(ask_as(identity, kAttributes), "000001");
  EXPECT_EQ(ask_as(identity, kOwner), "app");
  auto connection = pg::Connection::open(server_->conninfo("shop", "app"));
  ASSERT_TRUE(connection);
  EXPECT_TRUE(connection->execute("CREATE TABLE public.t (id int); CREATE SCHEMA s"));
  const auto refused = connection->execute("CREATE ROLE more");
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().got.starts_with("42501")) << refused.error().got;

  const auto own = take_identity(*server_, {"windlass", "shop", "UTF8", false});
  ASSERT_FALSE(own);
  EXPECT_EQ(own.error().exit, base::Exit::Usage);
}

TEST_F(Identities, OfAnotherEncoding) {
  const Identity identity{"app", "old", "LATIN1"};
  take(identity);
  EXPECT_EQ(ask_as(identity, "SHOW server_encoding"), "LATIN1");
  EXPECT_EQ(ask_as(identity, "SELECT pg_windlass.answer()"), "42");
  const auto wrong = take_identity(*server_, {"app", "odd", "KLINGON"});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().attempted, "make the project's database");
  EXPECT_EQ(wrong.error().on, "odd");
}

TEST_F(Identities, SeveralDatabasesAlsoWhereTheTemplateIsInUse) {
  take({"app", "one"});
  auto busy = pg::Connection::open(server_->conninfo("template1"));
  ASSERT_TRUE(busy);
  take({"app", "two"});
  busy->close();
  take({"app", "three"});
  for (const char* name : {"one", "two", "three"})
    EXPECT_EQ(ask_as({"app", name}, "SELECT pg_windlass.answer()"), "42") << name;
}

TEST_F(Identities, ADroppedDatabaseStaysDropped) {
  take({"app", "shop"});
  auto connection = pg::Connection::open(server_->conninfo("postgres", "app"));
  ASSERT_TRUE(connection->execute("DROP DATABASE shop"));
  take({"app", "shop"});
  EXPECT_EQ(ask(server_->conninfo("postgres"), "SELECT count(*) FROM pg_database WHERE datname = 'shop'"),
            "0");
}

TEST_F(Identities, GivenBackLeaveNothing) {
  constexpr char kAll[] =
      "SELECT string_agg(name, ' ' ORDER BY name) FROM (SELECT datname || ' ' || datdba::regrole AS name "
      "FROM "
      "pg_database UNION ALL SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_') everything";
  const std::string before = ask(server_->conninfo("postgres"), kAll);
  const Identity odd{"odd\"na'me \\", "My \"Data'base\" \\"};
  take(odd);
  const auto released = release_identity(*server_, odd);
  ASSERT_TRUE(released) << base::describe(released.error());
  EXPECT_EQ(ask(server_->conninfo("postgres"), kAll), before);
  take(odd);
  EXPECT_EQ(ask_as(odd, kOwner), odd.role);
}

TEST_F(Identities, TakenByManyThreadsAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> failed = 0;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&, i] {
      if (!take_identity(*server_, {fmt::format("role{}", i % 2), fmt::format("db{}", i % 3)})) ++failed;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(ask(server_->conninfo("postgres"), "SELECT count(*) FROM pg_database WHERE datname LIKE 'db_'"),
            "3");
}

TEST_F(Identities, TheEnvironmentOfLibpqLeadsNowhereElse) {
  take({"app", "shop"});
  for (const auto& [name, value] :
       std::vector<std::pair<const char*, const char*>>{{"PGHOSTADDR", "127.0.0.1"},
                                                        {"PGOPTIONS", "-c search_path=nowhere"},
                                                        {"PGSSLMODE", "require"},
                                                        {"PGDATABASE", "prod"},
                                                        {"PGCHANNELBINDING", "require"},
                                                        {"PGTARGETSESSIONATTRS", "standby"}})
    ::setenv(name, value, 1);
  EXPECT_EQ(
      ask(server_->conninfo("shop", "app"), "SELECT current_database() || current_setting('search_path')"),
      "shop\"$user\", public");
  for (const char* name :
       {"PGHOSTADDR", "PGOPTIONS", "PGSSLMODE", "PGDATABASE", "PGCHANNELBINDING", "PGTARGETSESSIONATTRS"})
    ::unsetenv(name);
}

TEST_F(Identities, PrerequisitesAreMadeOnceAndNamedWhenTheyFail) {
  take({"app", "shop"});
  const std::string conninfo = server_->conninfo("shop");
  for (int i = 0; i < 2; ++i) {
    const auto done = apply_prerequisites(conninfo, {"reader", "odd \"one"}, {"plpgsql"},
                                          {{"setup.sql", "CREATE SCHEMA IF NOT EXISTS extra; SELECT 1;"}});
    EXPECT_TRUE(done) << base::describe(done.error());
  }
  const auto roles = existing_roles(conninfo);
  ASSERT_TRUE(roles);
  EXPECT_EQ(*roles, (std::vector<std::string>{"app", "odd \"one", "reader", "windlass"}));
  const auto extensions = available_extensions(conninfo);
  ASSERT_TRUE(extensions);
  EXPECT_NE(std::find(extensions->begin(), extensions->end(), "plpgsql"), extensions->end());

  const auto missing = apply_prerequisites(conninfo, {}, {"no_such_extension"}, {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().on, "no_such_extension");
  EXPECT_EQ(missing.error().exit, base::Exit::CouldNotLook);
  const auto reserved = apply_prerequisites(conninfo, {"pg_mine"}, {}, {});
  ASSERT_FALSE(reserved);
  EXPECT_EQ(reserved.error().on, "pg_mine");
  const auto setup =
      apply_prerequisites(conninfo, {}, {}, {{"fine.sql", "SELECT 1"}, {"bad.sql", "SELEC 1"}});
  ASSERT_FALSE(setup);
  EXPECT_EQ(setup.error().on, "bad.sql");
  const auto copy =
      apply_prerequisites(conninfo, {}, {}, {{"copy.sql", "CREATE TABLE c (a int); COPY c FROM STDIN"}});
  ASSERT_FALSE(copy);
  EXPECT_TRUE(base::contains(copy.error().got, "COPY")) << copy.error().got;
}

}  // namespace
}  // namespace windlass::scratch
