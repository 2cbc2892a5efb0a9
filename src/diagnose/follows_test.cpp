#include "diagnose/follows.h"

#include <gtest/gtest.h>

#include "sql/statement_kind.h"

namespace windlass::diagnose {
namespace {

record::ServerMessage error(std::string sqlstate, std::string message) {
  record::ServerMessage said;
  said.sqlstate = std::move(sqlstate);
  said.message = std::move(message);
  return said;
}

bool follows(const record::ServerMessage& said, const char* statement, const char* undone,
             bool duplicate = false, bool table_missing = false) {
  return may_follow(
      said, sql::read_targets(statement),
      {sql::read_targets(undone), {}, duplicate, table_missing, sql::is_data_statement(undone), false});
}

TEST(Follows, WhatWouldHaveBeenMade) {
  const auto no_table = error("42P01", "relation \"accounts\" does not exist");
  EXPECT_TRUE(follows(no_table, "ALTER TABLE accounts ADD a int", "CREATE TABLE app.accounts (id int)"));
  EXPECT_TRUE(follows(no_table, "SELECT 1 FROM accounts", "ALTER TABLE users RENAME TO accounts"));
  const auto no_column = error("42703", "column \"email\" of relation \"accounts\" does not exist");
  EXPECT_TRUE(
      follows(no_column, "UPDATE accounts SET email = ''", "ALTER TABLE accounts ADD COLUMN email text"));
  // Of a table that was there already, a column that only the second definition has.
  EXPECT_TRUE(follows(no_column, "UPDATE accounts SET email = ''",
                      "CREATE TABLE accounts (id int, email text)", true));
  // Added to a table that is not there: perhaps this one was meant.
  EXPECT_TRUE(follows(no_column, "UPDATE accounts SET email = ''",
                      "ALTER TABLE acounts ADD COLUMN email text", false, true));
  const auto no_type = error("42704", "type \"mood\" does not exist");
  EXPECT_TRUE(follows(no_type, "CREATE TABLE m (m mood)", "CREATE TYPE mood AS ENUM ('a')"));
}

TEST(Follows, WhatARevisionThatWasLeftWouldHaveMade) {
  const auto no_table = error("42P01", "relation \"late\" does not exist");
  const Undone left{
      {}, declared_in("def upgrade():\n    op.create_table(\"late\", sa.Column(\"id\"))\n"), false, false};
  EXPECT_TRUE(may_follow(no_table, sql::read_targets("ALTER TABLE late ADD a int"), left));
  EXPECT_FALSE(may_follow(error("42P01", "relation \"other\" does not exist"),
                          sql::read_targets("ALTER TABLE other ADD a int"), left));
}

TEST(Follows, WhatWouldHaveBeenDropped) {
  const auto there = error("42P07", "relation \"t\" already exists");
  EXPECT_TRUE(follows(there, "CREATE TABLE t (id int)", "DROP TABLE t"));
  EXPECT_TRUE(follows(there, "CREATE TABLE t (id int)", "ALTER TABLE t RENAME TO old_t"));
  // A drop of a table that is not there may have meant this one.
  EXPECT_TRUE(follows(error("42P07", "relation \"pet\" already exists"), "CREATE TABLE pet (id int)",
                      "DROP TABLE pets", false, true));
  EXPECT_FALSE(follows(there, "CREATE TABLE t (id int)", "CREATE TABLE t (id int)", true));
}

TEST(Follows, ASecondPrimaryKeyWhereTheFirstWasDroppedByAnotherName) {
  const auto two = error("42P16", "multiple primary keys for table \"loads\" are not allowed");
  const char* const add = "ALTER TABLE loads ADD CONSTRAINT pk_loads PRIMARY KEY (a, b)";
  EXPECT_TRUE(follows(two, add, "ALTER TABLE loads DROP CONSTRAINT \"PRIMARY\""));
  EXPECT_TRUE(follows(two, add, "ALTER TABLE loads DROP CONSTRAINT loads_pk"));
  EXPECT_FALSE(follows(two, add, "ALTER TABLE loads DROP CONSTRAINT uq_loads"));
  EXPECT_FALSE(follows(two, add, "ALTER TABLE vans DROP CONSTRAINT vans_pkey"));
}

TEST(Follows, RowsThatWereNotWritten) {
  auto no_row = error("23503", "insert or update on table \"child\" violates foreign key constraint \"f\"");
  no_row.table = "child";
  no_row.detail = "Key (p)=(1) is not present in table \"parent\".";
  EXPECT_TRUE(follows(no_row, "INSERT INTO child VALUES (1)", "INSERT INTO parent VALUES (1)"));
  EXPECT_FALSE(follows(no_row, "INSERT INTO child VALUES (1)", "INSERT INTO other VALUES (1)"));
}

TEST(Follows, RowsThatWereNotFound) {
  const Undone undone{
      sql::read_targets("INSERT INTO people (nam) VALUES ('x')"), {}, false, false, true, true};
  EXPECT_TRUE(may_lack_rows(sql::read_targets("SELECT id FROM people WHERE name = 'x'"), undone));
  EXPECT_FALSE(may_lack_rows(sql::read_targets("SELECT id FROM other"), undone));
  const Undone update{sql::read_targets("UPDATE people SET age = 3"), {}, false, false, true, false};
  EXPECT_FALSE(may_lack_rows(sql::read_targets("SELECT id FROM people WHERE name = 'x'"), update));
}

TEST(Follows, WhatMeansSomethingElse) {
  const auto no_operator = error("42883", "operator does not exist: character varying > integer");
  EXPECT_TRUE(
      follows(no_operator, "UPDATE t SET a = 1 WHERE b > 5", "ALTER TABLE t ALTER COLUMN b TYPE int"));
  EXPECT_FALSE(
      follows(no_operator, "UPDATE t SET a = 1 WHERE b > 5", "ALTER TABLE u ALTER COLUMN b TYPE int"));
  const auto no_key =
      error("42P10", "there is no unique or exclusion constraint matching the ON CONFLICT specification");
  EXPECT_TRUE(
      follows(no_key, "INSERT INTO t VALUES (1) ON CONFLICT (a) DO NOTHING", "ALTER TABLE t ADD UNIQUE (a)"));
  EXPECT_FALSE(
      follows(no_key, "INSERT INTO t VALUES (1) ON CONFLICT (a) DO NOTHING", "ALTER TABLE t ADD b int"));
}

TEST(Follows, ALabelThatWasNotAdded) {
  const auto no_label = error("22P02", "invalid input value for enum mood: \"glad\"");
  const char* insert = "INSERT INTO t VALUES ('glad')";
  EXPECT_TRUE(follows(no_label, insert, "ALTER TYPE mood ADD VALUE 'glad' BEFORE 'nosuch'"));
  EXPECT_TRUE(follows(no_label, insert, "ALTER TYPE mood RENAME VALUE 'nosuch' TO 'glad'"));
  EXPECT_FALSE(follows(no_label, insert, "ALTER TYPE mood ADD VALUE 'late' BEFORE 'nosuch'"));
  EXPECT_FALSE(follows(no_label, insert, "ALTER TYPE other ADD VALUE 'glad'"));
  // A default that was not set changes no type.
  EXPECT_FALSE(
      follows(no_label, "INSERT INTO t (m) VALUES ('glad')", "ALTER TABLE t ALTER COLUMN m SET DEFAULT 'x'"));
  EXPECT_TRUE(
      follows(no_label, "INSERT INTO t (m) VALUES ('glad')", "ALTER TABLE t ALTER COLUMN m TYPE text"));
  EXPECT_FALSE(
      follows(no_label, "INSERT INTO t (m) VALUES ('glad')", "ALTER TABLE t ALTER COLUMN w TYPE mood"));
}

TEST(Follows, WhatADuplicateWouldHaveMadeBesides) {
  Undone undone;
  undone.reading = sql::read_targets("ALTER TABLE t ADD COLUMN a int, ADD COLUMN b int");
  undone.duplicate = true;
  undone.met = "a";
  const auto missing = [](const char* column) {
    return error("42703", std::string("column \"") + column + "\" of relation \"t\" does not exist");
  };
  EXPECT_TRUE(may_follow(missing("b"), sql::read_targets("UPDATE t SET b = 1"), undone));
  EXPECT_FALSE(may_follow(missing("a"), sql::read_targets("UPDATE t SET a = 1"), undone));
}

TEST(Follows, NothingElse) {
  const auto no_table = error("42P01", "relation \"accounts\" does not exist");
  EXPECT_FALSE(follows(no_table, "SELECT 1 FROM accounts", "CREATE TABLE account (id int)"));
  // A duplicate counts as there.
  EXPECT_FALSE(follows(no_table, "SELECT 1 FROM accounts", "CREATE TABLE accounts (id int)", true));
  const auto no_column = error("42703", "column \"email\" of relation \"accounts\" does not exist");
  EXPECT_FALSE(
      follows(no_column, "UPDATE accounts SET email = ''", "ALTER TABLE people ADD COLUMN email text"));
  const auto syntax = error("42601", "syntax error at or near \"SELEC\"");
  EXPECT_FALSE(follows(syntax, "SELEC 1", "CREATE TABLE accounts (id int)"));
}

TEST(Follows, WhatOnlyTheDefinitionOfADuplicateHas) {
  const std::vector<catalog::Object> lacking = {{"column", "public.pets.name"}, {"label", "happy"}};
  const auto misses = [&](const record::ServerMessage& said, const char* statement) {
    return misses_one_of(said, sql::read_targets(statement), lacking);
  };
  EXPECT_TRUE(misses(error("42703", "column \"name\" of relation \"pets\" does not exist"),
                     "INSERT INTO pets (name) VALUES ('x')"));
  EXPECT_FALSE(misses(error("42703", "column \"age\" of relation \"pets\" does not exist"),
                      "INSERT INTO pets (age) VALUES (1)"));
  EXPECT_FALSE(misses(error("42703", "column \"name\" of relation \"people\" does not exist"),
                      "INSERT INTO people (name) VALUES ('x')"));
  EXPECT_TRUE(misses(error("22P02", "invalid input value for enum mood: \"happy\""),
                     "INSERT INTO pets (mood) VALUES ('happy')"));
  EXPECT_FALSE(misses(error("22P02", "invalid input value for enum mood: \"glad\""),
                      "INSERT INTO pets (mood) VALUES ('glad')"));
  EXPECT_FALSE(misses(error("22P02", "invalid input syntax for type integer: \"happy\""),
                      "INSERT INTO pets (id) VALUES ('happy')"));
}

}  // namespace
}  // namespace windlass::diagnose
