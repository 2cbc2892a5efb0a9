#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diagnose/test_evidence.h"

namespace windlass::diagnose {
namespace {

using testing::HasSubstr;

std::string steps(const Finding& finding) {
  std::string text = finding.fix.summary;
  for (const std::string& step : finding.fix.steps) text += "\n" + step;
  return text;
}

/// 001 has run (table users with id, email); 002 is being applied; 003 has not run.
TestRun chain() {
  TestRun run;
  run.revision("001").revision("002", {"001"}).revision("003", {"002"});
  run.begin();
  run.in("001", 9, "create_table")
      .sql("CREATE TABLE users (id int, email text, CONSTRAINT users_pkey PRIMARY KEY (id))");
  run.creates("table", "public.users")
      .creates("column", "public.users.id")
      .creates("column", "public.users.email");
  run.creates("constraint", "public.users.users_pkey", "{\"definition\": \"PRIMARY KEY (id)\"}");
  run.finished("001").started("002");
  return run;
}

TEST(ObjectMissing, CreatedByALaterRevision) {
  TestRun run = chain();
  run.files["versions/003.py"] =
      "def upgrade():\n    op.create_table(\n        'teams', sa.Column('id', sa.Integer))\n\ndef "
      "downgrade():\n    pass\n";
  run.in("002", 12, "create_foreign_key")
      .sql("ALTER TABLE users ADD CONSTRAINT fk FOREIGN KEY(team_id) REFERENCES teams (id)");
  run.fails("42P01", "relation \"teams\" does not exist").raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "created-later");
  EXPECT_THAT(f.cause, HasSubstr("003 (versions/003.py:2)"));
  ASSERT_EQ(f.evidence.size(), 2u);
  EXPECT_EQ(f.evidence[1].location.line, 2);
}

TEST(ObjectMissing, ABlockThatCatchesWasToMakeIt) {
  TestRun run = chain();
  run.in("002", 10).sql(
      "DO $$ BEGIN ALTER TABLE users ADD COLUMN colour mood; EXCEPTION WHEN OTHERS THEN NULL; END $$");
  TestRun bare = run;
  bare.last().text =
      "DO $$ BEGIN ALTER TABLE users ADD COLUMN other mood; EXCEPTION WHEN OTHERS THEN NULL; END $$";
  for (TestRun* each : {&run, &bare})
    each->in("002", 12)
        .sql("UPDATE users SET colour = 'red'")
        .fails("42703", "column \"colour\" of relation \"users\" does not exist")
        .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "never-created");
  EXPECT_THAT(f.cause,
              HasSubstr("a DO block sent by op.execute at versions/002.py:10 (revision 002) was to make, and "
                        "did not; that block catches errors (others)"));
  ASSERT_EQ(f.evidence.size(), 2u);
  EXPECT_THAT(f.fix.summary, HasSubstr("EXCEPTION"));
  EXPECT_THAT(bare.only().cause, HasSubstr("nothing in the chain was seen to create it"));
}

TEST(ObjectMissing, ATableOfThatNameInAnotherSchemaIsAnother) {
  TestRun run;
  run.revision("001").revision("002", {"001"}).revision("003", {"002"});
  run.files["versions/002.py"] = "def upgrade():\n    op.create_table('jobs')\n";
  run.files["versions/003.py"] = "def upgrade():\n    op.create_table('jobs', schema='ops')\n";
  run.begin().started("001");
  run.in("001", 9)
      .sql("CREATE VIEW v AS SELECT * FROM ops.jobs")
      .fails("42P01", "relation \"ops.jobs\" does not exist")
      .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "created-later");
  EXPECT_THAT(f.cause, HasSubstr("003 (versions/003.py:2)"));
  run.files["versions/003.py"] = "";
  EXPECT_EQ(run.only().code, "never-created");
  run.files["versions/002.py"] = "def upgrade():\n    op.create_table('jobs', schema=SCHEMA)\n";
  EXPECT_EQ(run.only().code, "created-later");
}

TEST(ObjectMissing, CreatedFurtherDownInTheSameRevision) {
  TestRun run = chain();
  run.files["versions/002.py"] =
      "def upgrade():\n    op.create_index('ix', 'users', ['age'])\n    op.add_column('users', "
      "sa.Column('age', sa.Integer))\n";
  run.in("002", 2, "create_index")
      .sql("CREATE INDEX ix ON users (age)")
      .fails("42703", "column \"age\" does not exist")
      .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "created-later");
  EXPECT_THAT(f.cause, HasSubstr("the same revision creates only further down"));
}

TEST(ObjectMissing, WhatIsPutAsideToBeMadeAnewWasToBeThereBefore) {
  for (const char* aside : {"ALTER TYPE mood RENAME TO mood_old", "DROP TYPE mood"}) {
    TestRun run = chain();
    run.files["versions/002.py"] = std::string("def upgrade():\n    op.execute('") + aside +
                                   "')\n    op.execute(\"CREATE TYPE mood AS ENUM ('ok')\")\n";
    run.in("002", 2, "execute").sql(aside).fails("42704", "type \"mood\" does not exist").raises();
    EXPECT_EQ(run.only().code, "never-created") << aside;
  }
}

TEST(ObjectMissing, WhatALaterRevisionReplacesWasThereBefore) {
  TestRun run = chain();
  run.files["versions/003.py"] =
      "def upgrade():\n    op.drop_table('teams')\n    op.create_table('teams', sa.Column('id'))\n";
  run.in("002", 12)
      .sql("ALTER TABLE teams ADD x int")
      .fails("42P01", "relation \"teams\" does not exist")
      .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "never-created");
  EXPECT_THAT(f.cause, HasSubstr("revision 003 takes it away and makes it anew (versions/003.py:3)"));
  run.files["versions/003.py"] =
      "def upgrade():\n    op.execute('DROP TABLE IF EXISTS teams')\n    op.create_table('teams', "
      "sa.Column('id'))\n";
  const Finding guarded = run.only();
  EXPECT_EQ(guarded.code, "created-later");
  EXPECT_THAT(steps(guarded), HasSubstr("If it was there before the chain"));
}

TEST(ObjectMissing, ADowngradeCreatesNothing) {
  TestRun run = chain();
  run.files["versions/003.py"] =
      "def upgrade():\n    op.drop_table('teams')\n\ndef downgrade():\n    op.create_table('teams', "
      "sa.Column('id'))\n";
  run.in("002", 12)
      .sql("INSERT INTO teams VALUES (1)")
      .fails("42P01", "relation \"teams\" does not exist")
      .raises();
  EXPECT_EQ(run.only().code, "never-created");
}

TEST(ObjectMissing, CreatedOnAnotherBranch) {
  TestRun run;
  run.revision("001").revision("a", {"001"}).revision("b", {"001"}).revision("m", {"a", "b"});
  run.files["versions/b.py"] = "def upgrade():\n    op.execute('''CREATE TABLE teams (id int)''')\n";
  run.begin();
  run.finished("001").started("a");
  run.in("a", 7)
      .sql("ALTER TABLE teams ADD COLUMN x int")
      .fails("42P01", "relation \"teams\" does not exist")
      .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "created-on-other-branch");
  EXPECT_THAT(steps(f), HasSubstr("depends_on = \"b\""));
}

TEST(ObjectMissing, DroppedBefore) {
  TestRun run = chain();
  run.in("001", 20, "drop_column")
      .sql("ALTER TABLE users DROP COLUMN email")
      .drops("column", "public.users.email");
  run.in("002", 9)
      .sql("CREATE INDEX ix ON users (email)")
      .fails("42703", "column \"email\" does not exist")
      .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "dropped-before");
  EXPECT_EQ(f.evidence[0].effect, "created");
  EXPECT_EQ(f.evidence[1].effect, "dropped");
  EXPECT_THAT(f.cause, HasSubstr("op.drop_column at versions/001.py:20"));
}

TEST(ObjectMissing, RenamedBefore) {
  TestRun run = chain();
  run.in("001", 20, "rename_table")
      .sql("ALTER TABLE users RENAME TO people")
      .renames("table", "public.users", "public.people");
  run.in("002", 9, "add_column")
      .sql("ALTER TABLE users ADD COLUMN x int")
      .fails("42P01", "relation \"users\" does not exist")
      .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "dropped-before");
  EXPECT_THAT(f.cause, HasSubstr("renamed to \"people\""));
}

TEST(ObjectMissing, Misspelt) {
  TestRun run = chain();
  run.in("002", 9, "add_column")
      .sql("ALTER TABLE user ADD COLUMN x int")
      .fails("42P01", "relation \"user\" does not exist")
      .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "name-misspelt");
  EXPECT_THAT(f.fix.summary, HasSubstr("\"users\""));
}

TEST(ObjectMissing, MisspeltColumnOnlyOfTheSameTable) {
  TestRun run = chain();
  run.in("002", 9)
      .sql("ALTER TABLE users RENAME COLUMN emial TO mail")
      .fails("42703", "column \"emial\" does not exist")
      .raises();
  EXPECT_EQ(run.only().code, "name-misspelt");
}

TEST(ObjectMissing, NeverCreated) {
  TestRun run = chain();
  run.in("002", 9)
      .sql("GRANT SELECT ON billing.invoices TO x")
      .fails("42P01", "relation \"billing.invoices\" does not exist")
      .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "never-created");
  EXPECT_EQ(f.object->name, "billing.invoices");
  EXPECT_FALSE(f.incomplete);
  EXPECT_THAT(steps(f), HasSubstr("[scratch]\nsetup"));
}

TEST(ObjectMissing, NoMisleadingWordsForAMissingFromEntry) {
  TestRun run = chain();
  run.in("002", 9)
      .sql("UPDATE users SET id = t.id")
      .fails("42P01", "missing FROM-clause entry for table \"t\"")
      .raises();
  EXPECT_EQ(run.only().code, "statement-failed");
}

TEST(ObjectMissing, InAnotherSchema) {
  TestRun run = chain();
  run.in("001", 30).sql("CREATE TABLE app.teams (id int)").creates("table", "app.teams");
  run.in("002", 9)
      .sql("INSERT INTO teams VALUES (1)")
      .fails("42P01", "relation \"teams\" does not exist")
      .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "schema-not-in-search-path");
  EXPECT_THAT(f.fix.summary, HasSubstr("app.teams"));
}

TEST(ObjectMissing, UniqueKeyMissing) {
  TestRun run = chain();
  run.in("002", 9).sql("ALTER TABLE x ADD FOREIGN KEY (e) REFERENCES users (email)");
  run.fails("42830", "there is no unique constraint matching given keys for referenced table \"users\"")
      .raises();
  EXPECT_EQ(run.only().code, "unique-key-missing");
}

TEST(ObjectMissing, ConstraintNamedOtherwise) {
  TestRun run = chain();
  run.in("001", 31).sql("ALTER TABLE users ADD UNIQUE (email)");
  run.creates("constraint", "public.users.users_email_key", "{\"definition\": \"UNIQUE (email)\"}");
  run.in("002", 9, "drop_constraint").sql("ALTER TABLE users DROP CONSTRAINT uq_users_email");
  run.fails("42704", "constraint \"uq_users_email\" of relation \"users\" does not exist").raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "constraint-named-otherwise");
  EXPECT_THAT(f.cause, HasSubstr("users_email_key"));
  EXPECT_EQ(f.evidence[0].location.line, 31);
}

TEST(ObjectMissing, TheAdviceForAConstraintNamesItsSchemaAndHowToWriteTheName) {
  TestRun run = chain();
  run.in("001", 31).sql("ALTER TABLE q.\"U\" ADD UNIQUE (email)");
  run.creates("table", "q.U")
      .creates("constraint", "q.U.U_email_key", "{\"definition\": \"UNIQUE (email)\"}");
  run.in("002", 9, "drop_constraint").sql("ALTER TABLE q.\"U\" DROP CONSTRAINT uq_email");
  run.fails("42704", "constraint \"uq_email\" of relation \"U\" does not exist").raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "constraint-named-otherwise");
  EXPECT_THAT(f.fix.steps[1], HasSubstr("sa.UniqueConstraint(\"email\", name=\"uq_email\")"));
  EXPECT_THAT(f.fix.steps.back(),
              HasSubstr("ALTER TABLE q.\\\"U\\\" RENAME CONSTRAINT \\\"U_email_key\\\" TO uq_email"));
}

TEST(ObjectMissing, AConstraintOnOtherColumnsIsNotTheOne) {
  TestRun run = chain();
  run.in("002", 9, "drop_constraint").sql("ALTER TABLE users DROP CONSTRAINT uq_users_email");
  run.fails("42704", "constraint \"uq_users_email\" of relation \"users\" does not exist").raises();
  EXPECT_EQ(run.only().code, "never-created");
}

TEST(ObjectMissing, SearchPathLost) {
  TestRun run = chain();
  run.in("001", 40).sql("SELECT pg_catalog.set_config('search_path', '', false)");
  run.in("001", 0, "version")
      .sql("UPDATE alembic_version SET version_num='001'")
      .fails("42P01", "relation \"alembic_version\" does not exist")
      .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "search-path-lost");
  EXPECT_EQ(f.location.line, 40);
}

TEST(ObjectMissing, SearchPathLostForCreating) {
  TestRun run = chain();
  run.in("001", 40).sql("SET search_path TO ''");
  run.in("002", 9)
      .sql("CREATE TABLE x (a int)")
      .fails("3F000", "no schema has been selected to create in")
      .raises();
  EXPECT_EQ(run.only().code, "search-path-lost");
}

TEST(ObjectMissing, ALocalSearchPathIsNotTheCause) {
  TestRun run = chain();
  run.in("001", 40).sql("SET LOCAL search_path TO app");
  run.in("002", 9)
      .sql("INSERT INTO nowhere VALUES (1)")
      .fails("42P01", "relation \"nowhere\" does not exist")
      .raises();
  EXPECT_EQ(run.only().code, "never-created");
}

TEST(ObjectMissing, ModelFromTheFuture) {
  TestRun run = chain();
  run.files["versions/003.py"] =
      "def upgrade():\n    op.add_column(\"users\", sa.Column(\"nickname\", sa.Text()))\n";
  run.in("002", 9, "connection")
      .sql("SELECT users.id AS users_id, users.nickname AS users_nickname FROM users");
  run.fails("42703", "column users.nickname does not exist").raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "model-from-the-future");
  EXPECT_THAT(f.cause, HasSubstr("only revision 003 creates (versions/003.py:2)"));
}

TEST(ObjectMissing, ARevisionsOwnQueryIsNoModel) {
  TestRun run = chain();
  run.files["versions/003.py"] =
      "def upgrade():\n    op.add_column(\"users\", sa.Column(\"nickname\", sa.Text()))\n";
  run.in("002", 9, "execute")
      .sql("UPDATE users SET nickname = 'x'")
      .fails("42703", "column \"nickname\" of relation \"users\" does not exist")
      .raises();
  EXPECT_EQ(run.only().code, "created-later");
}

TEST(EnumMissing, AddColumnNeverCreatesTheType) {
  TestRun run = chain();
  run.enum_seen("mood", "sqlalchemy.Enum", {}, "002", 8, {"HAPPY", "SAD"});
  run.in("002", 9, "add_column")
      .sql("ALTER TABLE users ADD COLUMN mood mood")
      .fails("42704", "type \"mood\" does not exist")
      .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "type-not-created-by-add-column");
  EXPECT_THAT(steps(f), HasSubstr("postgresql.ENUM(\"HAPPY\", \"SAD\", name=\"mood\", create_type=False)"));
}

TEST(EnumMissing, DroppedAndNotRecreated) {
  TestRun run = chain();
  run.enum_seen("mood", "sqlalchemy.Enum", {}, "002", 8);
  run.in("001", 22, "create_table", "auto")
      .sql("CREATE TYPE mood AS ENUM ('A', 'B')")
      .creates("type", "public.mood");
  run.in("001", 30).sql("DROP TYPE mood").drops("type", "public.mood");
  run.in("002", 9, "create_table")
      .sql("CREATE TABLE t (m mood)")
      .fails("42704", "type \"mood\" does not exist")
      .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "type-dropped-and-not-recreated");
  EXPECT_EQ(f.evidence[0].location.line, 30);
}

TEST(EnumMissing, CreateTypeFalseAndNobodyElse) {
  TestRun run = chain();
  run.enum_seen("mood", "postgresql.ENUM", false, "002", 8);
  run.in("002", 9, "create_table")
      .sql("CREATE TABLE t (m mood)")
      .fails("42704", "type \"mood\" does not exist")
      .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "never-created");
  EXPECT_THAT(f.cause, HasSubstr("create_type=False"));
}

TEST(EnumMissing, RawSqlThatDropsAMissingTypeIsTheGeneralCase) {
  TestRun run = chain();
  run.enum_seen("mood", "sqlalchemy.Enum", {}, "002", 8);
  run.in("002", 9, "execute").sql("DROP TYPE mood").fails("42704", "type \"mood\" does not exist").raises();
  EXPECT_EQ(run.only().code, "never-created");
}

TEST(Missing, DroppedOnAnotherBranchIsAMatterOfOrder) {
  TestRun run;
  run.revision("000").revision("001", {"000"}).revision("002", {"000"});
  run.begin();
  run.in("000", 9).sql("CREATE TABLE t (id int)").creates("table", "public.t").finished("000");
  run.in("001", 9).sql("DROP TABLE t").drops("table", "public.t").finished("001").started("002");
  run.in("002", 9).sql("ALTER TABLE t ADD a int").fails("42P01", "relation \"t\" does not exist").raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "dropped-before");
  EXPECT_THAT(f.cause, testing::HasSubstr("on another branch"));
  EXPECT_THAT(f.fix.steps, testing::Contains(testing::HasSubstr("depends_on = \"002\"")));
}

}  // namespace
}  // namespace windlass::diagnose
