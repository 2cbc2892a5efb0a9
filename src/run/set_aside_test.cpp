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
  // Two creations: which was refused is not all that would be built.
  EXPECT_EQ(aside("ALTER TABLE t ADD COLUMN a int, ADD COLUMN b int", "42701",
                  "column \"b\" of relation \"t\" already exists"),
            "");
  // A label cannot be taken away; a role is not of this database.
  EXPECT_EQ(aside("ALTER TYPE mood ADD VALUE 'a'", "42710", "enum label \"a\" already exists"), "");
  EXPECT_EQ(aside("CREATE ROLE boss", "42710", "role \"boss\" already exists"), "");
}

}  // namespace
}  // namespace windlass::run
