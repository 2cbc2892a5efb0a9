#include "fix/re_runnable.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace windlass::fix {
namespace {

std::string call_of(std::string_view sql) {
  const GuardedSql guarded = guarded_sql(sql);
  return guarded.function + "(" + guarded.arguments + ")";
}

TEST(ReRunnableSql, NamesWhatALiteralMakes) {
  EXPECT_EQ(call_of("CREATE TABLE app.t (id int)"),
            "execute_create(kind=\"table\", name=\"t\", schema=\"app\")");
  EXPECT_EQ(call_of("create unique index concurrently if not exists I on app.t (a)"),
            "execute_create(kind=\"index\", name=\"i\", table=\"t\", schema=\"app\")");
  EXPECT_EQ(call_of("CREATE MATERIALIZED VIEW \"A \"\"b\" AS SELECT 1"),
            "execute_create(kind=\"view\", name=\"A \\\"b\")");
  EXPECT_EQ(call_of("CREATE PROCEDURE p() LANGUAGE sql AS ''"),
            "execute_create(kind=\"function\", name=\"p\")");
  EXPECT_EQ(call_of("CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()"),
            "execute_create(kind=\"trigger\", name=\"g\", table=\"t\")");
  EXPECT_EQ(call_of("ALTER TABLE t ADD COLUMN a int"),
            "execute_create(kind=\"column\", name=\"a\", table=\"t\")");
  EXPECT_EQ(call_of("ALTER TYPE mood ADD VALUE 'x'"),
            "execute_create(kind=\"label\", name=\"x\", table=\"mood\")");
  EXPECT_EQ(call_of("CREATE EXTENSION citext SCHEMA app"),
            "execute_create(kind=\"extension\", name=\"citext\")");
  EXPECT_EQ(call_of("CREATE DOMAIN d AS int"), "execute_create(kind=\"type\", name=\"d\")");
  EXPECT_EQ(call_of("DROP TYPE app.mood"), "execute_drop(kind=\"type\", name=\"mood\", schema=\"app\")");
  EXPECT_EQ(call_of("ALTER TABLE app.a RENAME TO b"),
            "execute_rename(kind=\"table\", name=\"a\", to=\"b\", schema=\"app\")");
  EXPECT_EQ(call_of("ALTER TABLE t RENAME COLUMN a TO b"),
            "execute_rename(kind=\"column\", name=\"a\", to=\"b\", table=\"t\")");
  EXPECT_EQ(call_of("ALTER TYPE mood RENAME VALUE 'a' TO 'b'"),
            "execute_rename(kind=\"label\", name=\"a\", to=\"b\", table=\"mood\")");
}

TEST(ReRunnableSql, LeavesWhatMayBeRunAgain) {
  for (const char* sql :
       {"CREATE OR REPLACE VIEW v AS SELECT 1", "DROP TABLE IF EXISTS t", "UPDATE t SET a = 1",
        "ALTER TABLE t ALTER a TYPE bigint", "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING",
        "CREATE TEMP TABLE t (a int)", "SET search_path TO app"}) {
    EXPECT_EQ(call_of(sql), "()") << sql;
    EXPECT_EQ(guarded_sql(sql).because, "") << sql;
  }
}

TEST(ReRunnableSql, SaysWhyItLeavesTheRest) {
  for (const auto& [sql, because] : std::initializer_list<std::pair<const char*, const char*>>{
           {"INSERT INTO t VALUES (1)", "rows are put in again"},
           {"CREATE TABLE a (); CREATE TABLE b ()", "several commands"},
           {"ALTER TABLE t ADD COLUMN a int, ADD COLUMN b int", "several things"},
           {"DO $$ BEGIN CREATE TABLE a (); END $$", "DO block"},
           {"CREATE INDEX ON t (a)", "no name"},
           {"DROP FUNCTION f(int)", "IF EXISTS"},
           {"CREATE ROLE r", "role"}}) {
    EXPECT_EQ(call_of(sql), "()") << sql;
    EXPECT_TRUE(base::contains(guarded_sql(sql).because, because)) << sql << ": " << guarded_sql(sql).because;
  }
}

}  // namespace
}  // namespace windlass::fix
