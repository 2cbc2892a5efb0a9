#include "run/environment.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/process.h"

namespace windlass::run {
namespace {

using base::environment_value;

TEST(DatabaseUrl, IsTakenApart) {
  const auto url = parse_database_url("postgresql+asyncpg://app:p%40ss@db.internal:6432/shop?ssl=require");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "postgresql+asyncpg");
  EXPECT_EQ(url->user, "app");
  EXPECT_EQ(url->password, "p@ss");
  EXPECT_EQ(url->host, "db.internal:6432");
  EXPECT_EQ(url->database, "shop");
  EXPECT_EQ(url->query, "ssl=require");
  EXPECT_TRUE(url->postgresql());
  EXPECT_FALSE(parse_database_url("sqlite:///x.db")->postgresql());
  EXPECT_FALSE(parse_database_url("not a url"));
}

TEST(DatabaseUrl, LeadsElsewhereAndKeepsTheRest) {
  const auto url =
      parse_database_url("postgresql+psycopg2://o'neil:x@db/my shop?options=-csearch_path%3Dapp");
  EXPECT_EQ(redirected(*url, "127.0.0.1", 5432, "secret"),
            "postgresql+psycopg2://o%27neil:secret@127.0.0.1:5432/my%20shop?options=-csearch_path%3Dapp");
}

TEST(DatabaseUrl, AnyLoginAndDatabaseSurviveTheWay) {
  rc::check("parse(redirected(url)) has the same user and database",
            [](const std::string& user, const std::string& database) {
              DatabaseUrl url;
              url.scheme = "postgresql";
              url.user = user;
              url.database = database;
              const auto again = parse_database_url(redirected(url, "127.0.0.1", 1, "p"));
              RC_ASSERT(again.has_value());
              RC_ASSERT(again->user == user);
              RC_ASSERT(again->database == database);
            });
}

TEST(Environment, TakesTheIdentityFromTheStrongestSource) {
  EnvironmentSources sources;
  sources.project_name = "My Shop!";
  EXPECT_EQ(project_identity(sources).user, "postgres");
  EXPECT_EQ(project_identity(sources).database, "my_shop");
  sources.ini_url = "driver://user:pass@localhost/dbname";  // as `alembic init` leaves it
  EXPECT_EQ(project_identity(sources).database, "my_shop");
  sources.ini_url = "postgresql+psycopg2://ini@localhost/fromini";
  EXPECT_EQ(project_identity(sources).database, "fromini");
  sources.dotenv = {{"DATABASE_URL", "postgresql://dot@localhost/fromdot"}};
  EXPECT_EQ(project_identity(sources).database, "fromdot");
  sources.process = {"DATABASE_URL=postgresql://env:x@localhost/fromenv"};
  EXPECT_EQ(project_identity(sources).database, "fromenv");
  EXPECT_EQ(project_identity(sources).user, "env");
}

TEST(Environment, EveryWayToNameADatabaseLeadsToTheRecorder) {
  EnvironmentSources sources;
  sources.process = {"PATH=/bin", "PGHOST=prod.example", "PGSERVICE=prod", "PGSSLMODE=verify-full",
                     "DATABASE_URL=postgresql+psycopg://app:pw@prod.example:5433/shop?sslmode=require"};
  sources.config = {{"DB_HOST", "{host}"}, {"DB_PORT", "{port}"}, {"MODE", "test"}};
  sources.dotenv = {{"MODE", "dev"}, {"REGION", "eu"}};
  sources.flags = {{"SHOP_DSN", "{url}"}};
  Endpoint endpoint;
  endpoint.socket_folder = "/run/w";
  endpoint.tcp_port = 5432;
  endpoint.password = "abc";
  const auto environment = child_environment(sources, project_identity(sources), endpoint);
  const std::string url = "postgresql+psycopg://app:abc@127.0.0.1:5432/shop?sslmode=require";
  EXPECT_EQ(environment_value(environment, "DATABASE_URL"), url);
  EXPECT_EQ(environment_value(environment, "SHOP_DSN"), url);
  EXPECT_EQ(environment_value(environment, "PGHOST"), "/run/w");
  EXPECT_EQ(environment_value(environment, "PGUSER"), "app");
  EXPECT_EQ(environment_value(environment, "PGDATABASE"), "shop");
  EXPECT_EQ(environment_value(environment, "PGSERVICE"), std::nullopt);
  EXPECT_EQ(environment_value(environment, "PGSSLMODE"), std::nullopt);
  EXPECT_EQ(environment_value(environment, "DB_HOST"), "127.0.0.1");
  EXPECT_EQ(environment_value(environment, "DB_PORT"), "5432");
  EXPECT_EQ(environment_value(environment, "MODE"), "test");
  EXPECT_EQ(environment_value(environment, "REGION"), "eu");
  EXPECT_EQ(environment_value(environment, "PATH"), "/bin");
}

}  // namespace
}  // namespace windlass::run
