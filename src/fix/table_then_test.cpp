#include "fix/table_then.h"

#include <gtest/gtest.h>

namespace windlass::fix {
namespace {

TEST(TableThen, IsWhatStatementsBeforeHaveMadeOfIt) {
  run::Evidence run;
  const auto add = [&](catalog::Change change, const char* kind, const char* name, const char* definition) {
    record::Statement statement;
    statement.n = static_cast<int>(run.recording.statements.size()) + 1;
    const bool gone = change == catalog::Change::Dropped;
    statement.effects.push_back(
        {{kind, name}, change, gone ? definition : "", gone ? "" : definition, "", false});
    run.recording.statements.push_back(statement);
  };
  add(catalog::Change::Created, "table", "public.people", "{}");
  add(catalog::Change::Created, "column", "public.people.id", "{\"type\":\"integer\"}");
  add(catalog::Change::Created, "column", "public.people.fax", "{\"type\":\"text\"}");
  add(catalog::Change::Created, "constraint", "public.people.people_pkey",
      "{\"definition\":\"PRIMARY KEY (id)\"}");
  add(catalog::Change::Altered, "column", "public.people.id", "{\"type\":\"bigint\"}");
  add(catalog::Change::Dropped, "column", "public.people.fax", "{\"type\":\"text\"}");
  add(catalog::Change::Created, "column", "public.people.later", "{\"type\":\"text\"}");
  const auto then = table_then(run, "", "people", 7);
  ASSERT_TRUE(then.has_value());
  EXPECT_EQ(then->types, (std::map<std::string, std::string>{{"id", "bigint"}}));
  EXPECT_EQ(then->primary_key, (std::vector<std::string>{"id"}));
  EXPECT_TRUE(then->references.empty());
  EXPECT_FALSE(table_then(run, "app", "people", 7).has_value());
  EXPECT_FALSE(table_then(run, "", "pets", 7).has_value());
  // What a run that broke took back was there all the same.
  for (record::Statement& each : run.recording.statements) each.effects.front().rolled_back = true;
  EXPECT_TRUE(table_then(run, "", "people", 7).has_value());
}

TEST(TableThen, TypesAreThoseThatNothingConverts) {
  EXPECT_EQ(sqlalchemy_type("character varying(80)", "sa"), "sa.String(80)");
  EXPECT_EQ(sqlalchemy_type("numeric(10,2)", "db"), "db.Numeric(10, 2)");
  EXPECT_EQ(sqlalchemy_type("timestamp with time zone", "sa"), "sa.DateTime(timezone=True)");
  EXPECT_EQ(sqlalchemy_type("timestamp(3) without time zone", "sa"), "");
  EXPECT_EQ(sqlalchemy_type("public.mood", "sa"), "");
  EXPECT_EQ(sqlalchemy_type("text[]", "sa"), "");
}

}  // namespace
}  // namespace windlass::fix
