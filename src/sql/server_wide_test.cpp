#include "sql/server_wide.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace windlass::sql {

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> read(std::string_view text) {
  std::vector<std::string> found;
  for (const ServerWide& t : server_wide_targets(text)) {
    static constexpr const char* kActions[] = {"create", "alter", "drop", "rename", "refer"};
    std::string line = std::string(kActions[static_cast<int>(t.action)]) + " " + t.kind + " " + t.name;
    if (!t.new_name.empty()) line += " to " + t.new_name;
    if (t.guarded) line += " guarded";
    if (t.nested) line += " nested";
    if (t.secret) line += " secret";
    found.push_back(line);
  }
  return found;
}

TEST(ServerWide, RolesUnderEveryWord) {
  EXPECT_THAT(read("CREATE USER \"Odd one\" PASSWORD 'x' IN ROLE a ROLE b, c ADMIN d"),
              ElementsAre("create role Odd one", "alter role b", "alter role c", "alter role d"));
  EXPECT_THAT(read("ALTER ROLE r WITH ENCRYPTED PASSWORD 'x'"), ElementsAre("alter role r secret"));
  EXPECT_THAT(read("ALTER GROUP g ADD USER a, b"), ElementsAre("alter role a", "alter role b"));
  EXPECT_THAT(read("DROP GROUP IF EXISTS a, b"), ElementsAre("drop role a guarded", "drop role b guarded"));
  EXPECT_THAT(read("ALTER USER r RENAME TO s"), ElementsAre("rename role r to s"));
  EXPECT_THAT(read("ALTER ROLE ALL IN DATABASE d SET work_mem = 1"), ElementsAre("alter database d"));
  EXPECT_THAT(read("CREATE USER MAPPING FOR r SERVER s"), IsEmpty());
}

TEST(ServerWide, Grants) {
  EXPECT_THAT(read("GRANT a, b TO c, GROUP d WITH ADMIN OPTION"),
              ElementsAre("alter role c", "alter role d"));
  EXPECT_THAT(read("REVOKE ADMIN OPTION FOR a FROM b"), ElementsAre("alter role b"));
  EXPECT_THAT(read("GRANT ALL ON DATABASE d, e TO x"),
              ElementsAre("alter privilege database d", "alter privilege database e"));
  EXPECT_THAT(read("GRANT SET ON PARAMETER my.own TO x"), ElementsAre("alter privilege parameter my.own"));
  EXPECT_THAT(read("GRANT SELECT ON role TO x"), IsEmpty());
}

TEST(ServerWide, InBlocksAndStrings) {
  EXPECT_THAT(read("DO $$BEGIN IF x THEN CREATE ROLE r; END IF; EXECUTE 'DROP ROLE s'; END$$"),
              ElementsAre("create role r nested", "drop role s nested"));
  EXPECT_THAT(read("DO $$BEGIN EXECUTE format('CREATE ROLE %I', name); END$$"),
              ElementsAre("create role  nested"));
  EXPECT_THAT(read("CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'BEGIN CREATE DATABASE d; END'"),
              ElementsAre("create database d nested"));
  EXPECT_THAT(read("COMMENT ON EVENT TRIGGER e IS 'x'; COMMENT ON TABLE t IS 'y'"),
              ElementsAre("alter comment event trigger e"));
}

}  // namespace

}  // namespace windlass::sql
