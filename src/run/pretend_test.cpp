#include "run/pretend.h"

#include <gtest/gtest.h>

#include <tuple>

namespace windlass::run {
namespace {

using record::Rescue;

Rescue refused(const std::string& text, const std::string& sqlstate, bool rows = false) {
  record::Refusal refusal;
  refusal.text = text;
  refusal.error.sqlstate = sqlstate;
  refusal.answers_rows = rows;
  return pretend(refusal);
}

TEST(Pretend, ADuplicateCountsAsThere) {
  const Rescue rescue = refused("\n  create unique index if_x on t (a)", "42P07");
  EXPECT_EQ(rescue.way, Rescue::Way::Pretend);
  EXPECT_EQ(rescue.tag, "CREATE INDEX");
}

TEST(Pretend, TagsCountRows) {
  EXPECT_EQ(refused("INSERT INTO a VALUES (1)", "23505").tag, "INSERT 0 0");
  EXPECT_EQ(refused("update a set b = 1", "42703").tag, "UPDATE 0");
  EXPECT_EQ(refused("DO $$ BEGIN END $$", "22012").tag, "DO");
}

TEST(Pretend, RowsCannotBePretended) {
  for (const char* text : {"SELECT 1 FROM a", "WITH x AS (SELECT 1) SELECT * FROM x", "COPY a FROM STDIN",
                           "INSERT INTO a VALUES (1) RETURNING id", "EXPLAIN SELECT 1", ""})
    EXPECT_EQ(refused(text, "42P01").way, Rescue::Way::PassOn) << text;
  EXPECT_EQ(refused("INSERT INTO a VALUES (1)", "42P01", true).way, Rescue::Way::PassOn);
}

TEST(Pretend, WhatLiesOutsideTheStatementIsPassedOn) {
  for (const char* sqlstate : {"57014", "53100", "58P01", "XX000", "40P01", "55P03"})
    EXPECT_EQ(refused("CREATE TABLE a (b int)", sqlstate).way, Rescue::Way::PassOn) << sqlstate;
  EXPECT_EQ(refused("ALTER TABLE a ADD b int", "55006").way, Rescue::Way::Pretend);
}

TEST(Pretend, ConcurrentlyInATransactionIsDonePlainly) {
  const Rescue rescue = refused("CREATE INDEX Concurrently \"i concurrently\" ON t (a)", "25001");
  EXPECT_EQ(rescue.way, Rescue::Way::Instead);
  EXPECT_EQ(rescue.first, std::vector<std::string>{"CREATE INDEX  \"i concurrently\" ON t (a)"});
  EXPECT_EQ(rescue.tag, "CREATE INDEX");
  EXPECT_EQ(refused("VACUUM t", "25001").way, Rescue::Way::Pretend);
}

Rescue needs(const std::string& sqlstate, const std::string& message) {
  record::Refusal refusal;
  refusal.text = "CREATE TABLE t (a citext)";
  refusal.error.sqlstate = sqlstate;
  refusal.error.message = message;
  return pretend(refusal);
}

TEST(Pretend, WhatNeedsAnExtensionIsRunAgainWithIt) {
  const Rescue rescue = needs("42704", "type \"citext\" does not exist");
  EXPECT_EQ(rescue.way, Rescue::Way::Again);
  EXPECT_EQ(rescue.first, std::vector<std::string>{"CREATE EXTENSION IF NOT EXISTS \"citext\""});
  for (const auto& [sqlstate, message, extension] :
       {std::tuple("42704", "type \"public.hstore[]\" does not exist", "hstore"),
        std::tuple("42704", "operator class \"gin_trgm_ops\" does not exist for access method \"gin\"",
                   "pg_trgm"),
        std::tuple("42704", "data type integer has no default operator class for access method \"gist\"",
                   "btree_gist"),
        std::tuple("42704", "data type text has no default operator class for access method \"gin\"", ""),
        std::tuple("42704", "data type point has no default operator class for access method \"btree\"", ""),
        std::tuple("42883", "function uuid_generate_v4() does not exist", "uuid-ossp"),
        std::tuple("42883", "function public.crypt(text, text) does not exist", "pgcrypto")}) {
    record::ServerMessage error;
    error.sqlstate = sqlstate;
    error.message = message;
    EXPECT_EQ(missing_extension(error), extension) << message;
  }
}

TEST(Pretend, NoExtensionIsMadeForWhatNoneIsKnownToHave) {
  EXPECT_EQ(needs("42704", "type \"mood\" does not exist").way, Rescue::Way::Pretend);
  EXPECT_EQ(needs("42704", "type \"app.citext\" does not exist").way, Rescue::Way::Pretend);
  EXPECT_EQ(needs("42883", "function citext(integer) does not exist").way, Rescue::Way::Pretend);
  EXPECT_EQ(needs("42P01", "relation \"citext\" does not exist").way, Rescue::Way::Pretend);
}

TEST(Pretend, ALongRevisionIdGetsRoom) {
  const Rescue rescue =
      refused("UPDATE app.\"Version\" SET version_num='x' WHERE app.\"Version\".version_num = 'y'", "22001");
  EXPECT_EQ(rescue.way, Rescue::Way::Again);
  EXPECT_EQ(rescue.first, std::vector<std::string>{
                              "ALTER TABLE \"app\".\"Version\" ALTER COLUMN version_num TYPE varchar(255)"});
  EXPECT_EQ(refused("INSERT INTO alembic_version (version_num) VALUES ('x')", "22001").first.size(), 1u);
  EXPECT_EQ(refused("INSERT INTO people (name) VALUES ('x')", "22001").way, Rescue::Way::Pretend);
}

}  // namespace
}  // namespace windlass::run
