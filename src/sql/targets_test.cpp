#include "sql/targets.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sql/statement_kind.h"
#include "sql/tokens.h"

namespace windlass::sql {
namespace {

Target only(std::string_view text) {
  const Reading reading = read_targets(text);
  EXPECT_GE(reading.targets.size(), 1u) << text;
  return reading.targets.empty() ? Target{} : reading.targets.front();
}

TEST(Targets, EnumWithLabels) {
  const Target t = only("create type \"Api\".\"Level\" as ENUM ('a', 'it''s')");
  EXPECT_EQ(t.kind, "type");
  EXPECT_EQ(t.schema, "Api");
  EXPECT_EQ(t.name, "Level");
  EXPECT_EQ(t.labels, (std::vector<std::string>{"a", "it's"}));
}

TEST(Targets, TableWithColumnsAndConstraints) {
  const Reading r = read_targets(
      "CREATE TABLE IF NOT EXISTS org_units (id SERIAL NOT NULL, level hierarchylevel, amount NUMERIC(10, "
      "2),\n"
      " PRIMARY KEY (id), CONSTRAINT fk FOREIGN KEY(level, id) REFERENCES app.levels (id), UNIQUE (amount))");
  ASSERT_GE(r.targets.size(), 7u);
  EXPECT_EQ(r.targets[0].name, "org_units");
  EXPECT_TRUE(r.targets[0].guarded);
  EXPECT_EQ(r.targets[0].columns, (std::vector<std::string>{"id", "level", "amount"}));
  EXPECT_EQ(r.targets[2].name, "level");
  EXPECT_EQ(r.targets[2].type, "hierarchylevel");
  EXPECT_TRUE(r.targets[2].implied);
  EXPECT_EQ(r.targets[4].definition, "PRIMARY KEY");
  EXPECT_EQ(r.targets[5].name, "fk");
  EXPECT_EQ(r.targets[5].columns, (std::vector<std::string>{"level", "id"}));
  EXPECT_EQ(r.targets[6].action, Action::Refer);
  EXPECT_EQ(r.targets[6].full_name(), "app.levels");
}

TEST(Targets, DoBlockWithHandler) {
  const Reading r = read_targets(
      "DO $$ BEGIN\n CREATE TYPE mood AS ENUM ('a'); EXCEPTION WHEN duplicate_object OR unique_violation "
      "THEN NULL; END $$;");
  EXPECT_TRUE(r.do_block);
  EXPECT_FALSE(r.branches);
  ASSERT_EQ(r.targets.size(), 1u);
  EXPECT_EQ(r.targets[0].name, "mood");
  EXPECT_EQ(r.caught, (std::vector<std::string>{"duplicate_object", "unique_violation"}));
}

TEST(Targets, DoBlockWithTestAndExecute) {
  const Reading r = read_targets(
      "DO 'BEGIN IF NOT EXISTS (SELECT 1 FROM pg_type) THEN EXECUTE $q$CREATE TYPE m AS ENUM (''x'')$q$; END "
      "IF; END'");
  ASSERT_FALSE(r.targets.empty());
  EXPECT_EQ(r.targets.back().kind, "type");
  EXPECT_EQ(r.targets.back().name, "m");
  EXPECT_TRUE(r.caught.empty());
}

TEST(Targets, AlterTableWithSeveralCommands) {
  const Reading r = read_targets(
      "ALTER TABLE ONLY app.users ADD COLUMN IF NOT EXISTS age int, DROP CONSTRAINT uq, ADD CONSTRAINT uq2 "
      "UNIQUE (a, b),"
      " ALTER COLUMN level TYPE mood USING level::mood, RENAME nick TO alias");
  ASSERT_EQ(r.targets.size(), 6u);
  EXPECT_EQ(r.targets[1].full_name(), "app.users.age");
  EXPECT_TRUE(r.targets[1].guarded);
  EXPECT_EQ(r.targets[2].action, Action::Drop);
  EXPECT_EQ(r.targets[3].columns, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(r.targets[4].has_using);
  EXPECT_EQ(r.targets[4].type, "mood");
  EXPECT_EQ(r.targets[5].new_name, "alias");
}

TEST(Targets, IndexTriggerPolicyLabelDrop) {
  const Target index = only("CREATE UNIQUE INDEX CONCURRENTLY ix ON app.t USING btree (lower(a), b)");
  EXPECT_TRUE(index.concurrently);
  EXPECT_EQ(index.table, "t");
  EXPECT_EQ(index.schema, "app");
  const Target trigger =
      only("CREATE TRIGGER tr AFTER INSERT OR UPDATE ON s.t FOR EACH ROW EXECUTE FUNCTION f()");
  EXPECT_EQ(trigger.full_name(), "s.t.tr");
  EXPECT_EQ(only("CREATE POLICY p ON t USING (true)").full_name(), "t.p");
  const Target label = only("ALTER TYPE mood ADD VALUE IF NOT EXISTS 'sad' BEFORE 'ok'");
  EXPECT_EQ(label.kind, "label");
  EXPECT_EQ(label.table, "mood");
  EXPECT_EQ(label.name, "sad");
  const Reading drop = read_targets("DROP TABLE IF EXISTS a, b.c CASCADE");
  ASSERT_EQ(drop.targets.size(), 2u);
  EXPECT_EQ(drop.targets[1].full_name(), "b.c");
  EXPECT_TRUE(drop.targets[1].cascade);
}

TEST(Targets, FunctionBodyIsNotRun) {
  const Reading r = read_targets(
      "CREATE OR REPLACE FUNCTION f() RETURNS void AS $$ CREATE TABLE x (a int); $$ LANGUAGE sql");
  ASSERT_EQ(r.targets.size(), 1u);
  EXPECT_EQ(r.targets[0].kind, "function");
  EXPECT_TRUE(r.targets[0].or_replace);
}

TEST(Targets, RefersOfQueries) {
  const Reading r =
      read_targets("INSERT INTO roles (name, rank) SELECT x, 1 FROM old.roles o JOIN teams ON true");
  ASSERT_EQ(r.targets.size(), 3u);
  EXPECT_EQ(r.targets[0].columns, (std::vector<std::string>{"name", "rank"}));
  EXPECT_EQ(r.targets[1].full_name(), "old.roles");
}

TEST(Targets, NeverFails) {
  rc::check("any text is read", [](const std::string& text) {
    read_targets(text);
    statement_kind(text);
  });
  rc::check("any prefix of a statement is read", [] {
    const std::string whole =
        "DO $x$ BEGIN ALTER TABLE \"a\".b ADD COLUMN c numeric(1,2) REFERENCES d (e), ADD CONSTRAINT f "
        "UNIQUE (g); "
        "EXCEPTION WHEN others THEN NULL; END $x$; CREATE TYPE t AS ENUM (E'\\'', 'b') /* /* */ */ -- x";
    read_targets(std::string_view(whole).substr(0, *rc::gen::inRange<size_t>(0, whole.size() + 1)));
  });
}

TEST(StatementKind, ByFirstWords) {
  EXPECT_EQ(statement_kind("-- x\n CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)"), "CREATE INDEX");
  EXPECT_EQ(statement_kind("create or replace view v as select 1"), "CREATE VIEW");
  EXPECT_EQ(statement_kind("CREATE MATERIALIZED VIEW v AS SELECT 1"), "CREATE MATERIALIZED VIEW");
  EXPECT_EQ(statement_kind("ROLLBACK TO SAVEPOINT sa_1"), "ROLLBACK TO");
  EXPECT_EQ(statement_kind("rollback work"), "ROLLBACK");
  EXPECT_EQ(statement_kind("/* c */"), "");
  EXPECT_TRUE(is_data_statement("(SELECT 1)"));
  EXPECT_FALSE(is_data_statement("COMMIT"));
  EXPECT_TRUE(refuses_transaction("CREATE INDEX CONCURRENTLY i ON t (a)"));
  EXPECT_FALSE(refuses_transaction("CREATE INDEX i ON t (a)"));
  EXPECT_TRUE(refuses_transaction("vacuum full"));
}

TEST(Targets, ABlockThatMayNotRunAllOfItself) {
  const auto branches = [](const char* body) {
    return read_targets(std::string("DO $$ ") + body + " $$").branches;
  };
  EXPECT_FALSE(
      branches("BEGIN CREATE TABLE t (id int); EXCEPTION WHEN others THEN RAISE NOTICE '%', sqlerrm; END"));
  EXPECT_TRUE(branches("BEGIN IF a THEN CREATE TABLE t (id int); END IF; END"));
  EXPECT_TRUE(branches("BEGIN FOR i IN 1..0 LOOP CREATE TABLE t (id int); END LOOP; END"));
  EXPECT_TRUE(branches("BEGIN RETURN; CREATE TABLE t (id int); END"));
  EXPECT_TRUE(branches("BEGIN BEGIN CREATE TABLE t (id int); EXCEPTION WHEN others THEN NULL; END; END"));
}

}  // namespace
}  // namespace windlass::sql
