#include "run/sql_refusals.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "run/sql_script.h"

namespace windlass::run {
namespace {

pg::ServerError error(const char* state, const char* message) {
  pg::ServerError result;
  result.sqlstate = state;
  result.message = message;
  return result;
}

TEST(SqlRefusals, WhatIsMissed) {
  EXPECT_EQ(missing_role(error("42704", "role \"The \"App\" does not exist")), "The \"App");
  EXPECT_EQ(missing_role(error("42704", "type \"x\" does not exist")), "");
  EXPECT_EQ(missing_role(error("42P01", "role \"x\" does not exist")), "");
  EXPECT_EQ(
      unknown_setting("SET", error("42704", "unrecognized configuration parameter \"transaction_timeout\"")),
      "transaction_timeout");
  EXPECT_EQ(unknown_setting("ALTER DATABASE", error("42704", "unrecognized configuration parameter \"x\"")),
            "");
  EXPECT_TRUE(nothing_to_drop("DROP TABLE", "DROP TABLE a", error("42P01", "")));
  EXPECT_TRUE(nothing_to_drop("ALTER TABLE", "ALTER TABLE a DROP CONSTRAINT b", error("42P01", "")));
  EXPECT_FALSE(nothing_to_drop("ALTER TABLE", "ALTER TABLE a ADD b int", error("42P01", "")));
  EXPECT_FALSE(nothing_to_drop("DROP TABLE", "DROP TABLE a", error("2BP01", "")));
}

TEST(SqlRefusals, WhatIsNotRun) {
  const auto copy = [](const char* text) { return not_run("COPY", text); };
  EXPECT_EQ(copy("COPY t (a, b) FROM stdin"), "");
  EXPECT_EQ(copy("COPY (SELECT 'x' FROM t) TO stdout"), "");
  EXPECT_FALSE(copy("COPY t FROM '/etc/passwd'").empty());
  EXPECT_FALSE(copy("COPY (SELECT a FROM t) TO '/tmp/x'").empty());
  EXPECT_FALSE(copy("copy t from program 'curl x'").empty());
  EXPECT_FALSE(
      not_run("CREATE SUBSCRIPTION", "CREATE SUBSCRIPTION s CONNECTION 'host=x' PUBLICATION p").empty());
  EXPECT_EQ(not_run("CREATE SUBSCRIPTION",
                    "CREATE SUBSCRIPTION s CONNECTION 'host=x' PUBLICATION p WITH (connect = "
                    "false, slot_name = 's')"),
            "");
}

TEST(SqlRefusals, WhatItSays) {
  EXPECT_TRUE(says_owner("ALTER TABLE", "ALTER TABLE public.t OWNER TO app"));
  EXPECT_FALSE(says_owner("ALTER TABLE", "ALTER TABLE owner RENAME TO x"));
  EXPECT_TRUE(says_owner("SET", "SET SESSION AUTHORIZATION 'app'"));
  EXPECT_FALSE(says_owner("SET", "SET search_path = role"));
  EXPECT_FALSE(says_owner("ALTER DATABASE", "ALTER DATABASE shop OWNER TO app"));
  EXPECT_TRUE(says_privileges("GRANT", "GRANT SELECT ON t TO app"));
  EXPECT_TRUE(says_privileges("REVOKE", "REVOKE ALL ON SCHEMA public FROM PUBLIC"));
  EXPECT_FALSE(says_privileges("GRANT", "GRANT app TO reader"));
  EXPECT_TRUE(sets_position("SELECT", "SELECT pg_catalog.setval('s', 4, true)"));
}

TEST(SqlRefusals, Hints) {
  HintFor known;
  known.server_major = 15;
  EXPECT_TRUE(
      base::contains(hint_for("CREATE TABLE `t` (a int)", error("42601", "syntax error"), known), "MySQL"));
  known.unset = {"schema"};
  EXPECT_TRUE(base::contains(hint_for("CREATE TABLE :schema.t ()", error("42601", "syntax error"), known),
                             ":schema"));
  known.unset.clear();
  EXPECT_TRUE(base::contains(
      hint_for("CREATE EXTENSION x", error("0A000", "extension \"x\" is not available"), known),
      "package that holds x for PostgreSQL 15"));
  known.dumped_from = 17;
  EXPECT_TRUE(base::contains(hint_for("x", error("42601", "syntax error"), known), "--postgres 17"));
}

TEST(SqlRefusals, PsqlsConditions) {
  for (const char* yes : {"t", "TRUE", "on", "1", "y"}) EXPECT_EQ(psql_boolean(yes), true) << yes;
  for (const char* no : {"f", "off", "of", "0", "No"}) EXPECT_EQ(psql_boolean(no), false) << no;
  for (const char* none : {"", "o", "2", ":x"}) EXPECT_EQ(psql_boolean(none), std::nullopt) << none;
}

}  // namespace
}  // namespace windlass::run
