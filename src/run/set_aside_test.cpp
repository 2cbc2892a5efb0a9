#include "run/set_aside.h"

#include <gtest/gtest.h>

namespace windlass::run {
namespace {

std::string aside(const std::string& text, const std::string& sqlstate, const std::string& message) {
  record::Refusal refusal;
  refusal.text = text;
  refusal.error.sqlstate = sqlstate;
  refusal.error.message = message;
  const std::vector<std::string> commands = set_aside(refusal);
  return commands.empty() ? "" : commands.back();
}

TEST(SetAside, ByTheKindOfTheStatement) {
  EXPECT_EQ(
      aside("CREATE TABLE app.\"User\" (id int PRIMARY KEY)", "42P07", "relation \"User\" already exists"),
      "DROP TABLE app.\"User\" CASCADE");
  EXPECT_EQ(aside("CREATE TYPE mood AS ENUM ('a')", "42710", "type \"mood\" already exists"),
            "DROP TYPE mood CASCADE");
  EXPECT_EQ(aside("CREATE DOMAIN age AS int", "42710", "type \"age\" already exists"),
            "DROP TYPE age CASCADE");
  EXPECT_EQ(aside("CREATE UNIQUE INDEX i ON app.t (a)", "42P07", "relation \"i\" already exists"),
            "DROP INDEX app.i CASCADE");
  EXPECT_EQ(aside("ALTER TABLE t ADD COLUMN \"E-mail\" text", "42701",
                  "column \"E-mail\" of relation \"t\" already exists"),
            "ALTER TABLE t DROP COLUMN \"E-mail\" CASCADE");
  EXPECT_EQ(aside("ALTER TABLE t ADD CONSTRAINT ck CHECK (a > 0)", "42710",
                  "constraint \"ck\" for relation \"t\" already exists"),
            "ALTER TABLE t DROP CONSTRAINT ck CASCADE");
  EXPECT_EQ(aside("CREATE MATERIALIZED VIEW v AS SELECT 1", "42P07", "relation \"v\" already exists"),
            "DROP MATERIALIZED VIEW v CASCADE");
  EXPECT_EQ(
      aside("CREATE POLICY p ON app.t USING (true)", "42710", "policy \"p\" for table \"t\" already exists"),
      "DROP POLICY p ON app.t CASCADE");
  EXPECT_EQ(
      aside("DO $$ BEGIN CREATE TYPE mood AS ENUM ('a'); END $$", "42710", "type \"mood\" already exists"),
      "DROP TYPE mood CASCADE");
}

TEST(SetAside, OfRoutinesTheOneWithTheseParameters) {
  const char* there = "function \"total\" already exists with same argument types";
  EXPECT_EQ(
      aside("CREATE FUNCTION app.total(a text, b int DEFAULT f(1, 2)) RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "42723", there),
      "DROP FUNCTION app.total(a text, b int) CASCADE");
  EXPECT_EQ(aside("CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int)", "42723", there),
            "DROP AGGREGATE total(int) CASCADE");
}

TEST(SetAside, OfATableTheColumnsAndConstraintsThatAreThere) {
  EXPECT_EQ(
      aside("ALTER TABLE app.t ADD COLUMN a int, ADD \"B\" int UNIQUE, ADD CONSTRAINT ck CHECK (a > 0), ADD "
            "UNIQUE (a)",
            "42701", "column \"B\" of relation \"t\" already exists"),
      "ALTER TABLE app.t DROP COLUMN IF EXISTS a CASCADE, DROP COLUMN IF EXISTS \"B\" CASCADE, DROP "
      "CONSTRAINT "
      "IF EXISTS ck CASCADE");
}

TEST(SetAside, APrimaryKeyWhateverItsName) {
  const char* two = "multiple primary keys for table \"it's\" are not allowed";
  for (const char* text :
       {"ALTER TABLE \"it's\" ADD PRIMARY KEY (a)", "ALTER TABLE \"it's\" ADD CONSTRAINT pk PRIMARY KEY (a)"})
    EXPECT_NE(aside(text, "42P16", two).find("c.conrelid = '\"it''s\"'::pg_catalog.regclass"),
              std::string::npos);
  // With a column: nothing like it is there.
  EXPECT_EQ(aside("ALTER TABLE t ADD COLUMN a int PRIMARY KEY", "42P16", two), "");
  EXPECT_EQ(aside("CREATE TABLE t (a int PRIMARY KEY, b int PRIMARY KEY)", "42P16", two), "");
}

TEST(SetAside, WhereNothingCouldDifferNothingIsTakenDown) {
  EXPECT_EQ(aside("CREATE SCHEMA app", "42P06", "schema \"app\" already exists"), "");
  EXPECT_EQ(aside("CREATE SCHEMA app AUTHORIZATION boss", "42P06", "schema \"app\" already exists"),
            "ALTER SCHEMA app RENAME TO \"windlass set aside\"");
  EXPECT_EQ(aside("CREATE EXTENSION citext", "42710", "extension \"citext\" already exists"), "");
  EXPECT_EQ(aside("CREATE EXTENSION citext SCHEMA app", "42710", "extension \"citext\" already exists"),
            "DROP EXTENSION citext CASCADE");
}

TEST(SetAside, NotWithoutKnowingWhat) {
  // No duplicate.
  EXPECT_EQ(aside("CREATE TABLE t (id nosuch)", "42704", "type \"nosuch\" does not exist"), "");
  // An index of the table's is in the way, or the statement names the column twice.
  EXPECT_EQ(
      aside("CREATE TABLE t (id int, CONSTRAINT uq UNIQUE (id))", "42P07", "relation \"uq\" already exists"),
      "");
  EXPECT_EQ(aside("CREATE TABLE t (id int, id int)", "42701", "column \"id\" specified more than once"), "");
  // Two creations that do not belong to one table: which was refused is not all that would be built.
  EXPECT_EQ(aside("CREATE TABLE a (i int); CREATE TABLE b (i int)", "42P07", "relation \"b\" already exists"),
            "");
  // A label cannot be taken away; a role is not of this database.
  EXPECT_EQ(aside("ALTER TYPE mood ADD VALUE 'a'", "42710", "enum label \"a\" already exists"), "");
  EXPECT_EQ(aside("CREATE ROLE boss", "42710", "role \"boss\" already exists"), "");
}

}  // namespace
}  // namespace windlass::run
