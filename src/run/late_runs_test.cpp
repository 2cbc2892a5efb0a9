#include "run/late_runs.h"

#include <gtest/gtest.h>

namespace windlass::run {
namespace {

constexpr const char* kMember = "CREATE TABLE member (id int, team int REFERENCES team (id))";
constexpr const char* kTeam = "CREATE TABLE team (id int PRIMARY KEY)";

record::ServerMessage error(const std::string& sqlstate, const std::string& says = "") {
  record::ServerMessage message;
  message.sqlstate = sqlstate;
  message.message = says.empty() ? "met " + sqlstate : says;
  return message;
}

/// The refusals that run, one after the other, when `text` has gone well; what they meet is `then`.
std::vector<size_t> run_due(LateRuns& late, const std::string& text, const std::string& then = "") {
  std::vector<size_t> ran;
  for (auto due = late.due(text); due; due = late.due("")) {
    ran.push_back(due->refusal);
    late.ran(*due, then.empty() ? std::nullopt : std::optional(error(then)), {});
  }
  return ran;
}

bool waits(const std::string& text, const std::string& sqlstate = "42P01") {
  LateRuns late;
  late.refused(0, text, error(sqlstate));
  return !run_due(late, "CREATE TABLE team (id int, a int)").empty();
}

TEST(LateRuns, WhatAddsAnObjectWaitsForWhatItSpeaksOf) {
  EXPECT_TRUE(waits(kMember));
  EXPECT_TRUE(waits("CREATE VIEW v AS SELECT * FROM \"team\""));
  EXPECT_TRUE(waits("CREATE INDEX i ON app.team (a)"));
  EXPECT_TRUE(waits("ALTER TABLE team ADD COLUMN b int, ADD CONSTRAINT c CHECK (a > 0)"));
  EXPECT_TRUE(waits("ALTER TABLE team ADD UNIQUE (a)", "42703"));
  EXPECT_FALSE(waits("CREATE VIEW v AS SELECT * FROM teams"));
}

TEST(LateRuns, NotWhatDoesMoreThanThat) {
  EXPECT_FALSE(waits("ALTER TABLE team ADD COLUMN b int, DROP COLUMN a"));
  EXPECT_FALSE(waits("ALTER TABLE team ALTER COLUMN a TYPE text"));
  EXPECT_FALSE(waits("ALTER TABLE team RENAME TO crew"));
  EXPECT_FALSE(waits("ALTER TABLE team RENAME COLUMN a TO b"));
  EXPECT_FALSE(waits("DROP TABLE team"));
  EXPECT_FALSE(waits("INSERT INTO team VALUES (1)"));
  EXPECT_FALSE(waits("UPDATE team SET a = 1"));
  EXPECT_FALSE(waits("CREATE OR REPLACE VIEW v AS SELECT * FROM team"));
  EXPECT_FALSE(waits("DO $$ BEGIN CREATE INDEX ON team (a); END $$"));
}

TEST(LateRuns, NotWhatFailedForAnotherReasonOrHasParameters) {
  EXPECT_FALSE(waits(kMember, "42P07"));
  EXPECT_FALSE(waits("CREATE TABLE m AS SELECT * FROM team WHERE a = $1"));
}

TEST(LateRuns, OneThatWentWellLetsTheNextRun) {
  LateRuns late;
  late.refused(0, "CREATE INDEX i ON member (id)", error("42P01"));
  late.refused(1, kMember, error("42P01"));
  EXPECT_EQ(run_due(late, "CREATE TABLE other (id int)"), std::vector<size_t>{});
  EXPECT_EQ(run_due(late, kTeam), (std::vector<size_t>{1, 0}));
  EXPECT_EQ(run_due(late, kTeam), std::vector<size_t>{});
}

TEST(LateRuns, WhatIsStillMissingSomethingGoesOnWaiting) {
  LateRuns late;
  late.refused(0, "CREATE VIEW v AS SELECT * FROM team JOIN town USING (id)", error("42P01"));
  EXPECT_EQ(run_due(late, kTeam, "42P01"), std::vector<size_t>{0});
  EXPECT_EQ(run_due(late, "CREATE TABLE town (id int)"), std::vector<size_t>{0});
  EXPECT_EQ(run_due(late, "CREATE TABLE town (id int)"), std::vector<size_t>{});
}

TEST(LateRuns, AForeignKeyWaitsForTheKeyThatItRefersTo) {
  LateRuns late;
  late.refused(0, "CREATE TABLE member (id int, team text REFERENCES team (name))", error("42830"));
  EXPECT_EQ(run_due(late, "ALTER TABLE team ADD CONSTRAINT uq UNIQUE (id)", "42830"), std::vector<size_t>{0});
  EXPECT_EQ(run_due(late, "CREATE UNIQUE INDEX i ON team (name)"), std::vector<size_t>{0});
}

record::Recording recorded(const std::vector<std::pair<std::string, bool>>& texts) {
  record::Recording recording;
  for (const auto& [text, refused] : texts) {
    record::Statement statement;
    statement.n = static_cast<int>(recording.statements.size()) + 1;
    statement.text = text;
    statement.source.revision = text;
    statement.transaction = statement.n;
    if (refused) statement.refused = error("42P01");
    recording.statements.push_back(statement);
  }
  return recording;
}

std::vector<std::string> texts_of(const record::Recording& recording) {
  std::vector<std::string> texts;
  for (const record::Statement& statement : recording.statements) {
    EXPECT_EQ(statement.n, static_cast<int>(texts.size()) + 1);
    texts.push_back(statement.text + (statement.refused ? " " + statement.refused->sqlstate : ""));
  }
  return texts;
}

TEST(LateRuns, StandsInTheRecordingBehindWhatItWaitedFor) {
  const std::string index = "CREATE INDEX i ON member (id)";
  LateRuns late;
  late.refused(0, kMember, error("42P01"));
  late.refused(1, index, error("42P01"));
  run_due(late, kTeam);
  record::Recording recording =
      recorded({{kMember, true}, {index, true}, {kTeam, false}, {"DROP VIEW w", true}});
  std::vector<int> refusals = {1, 2, 4};
  const std::vector<LateRun> put = late.insert(recording, refusals);
  EXPECT_EQ(texts_of(recording), (std::vector<std::string>{std::string(kMember) + " 42P01", index + " 42P01",
                                                           kTeam, kMember, index, "DROP VIEW w 42P01"}));
  EXPECT_EQ(recording.statements[3].transaction, 3);
  EXPECT_EQ(refusals, (std::vector<int>{1, 2, 6}));
  ASSERT_EQ(put.size(), 2u);
  EXPECT_EQ(put[0].statement, 4);
  EXPECT_EQ(put[1].refusal, 1u);
}

TEST(LateRuns, AFaultOfItsOwnStandsThereAsRefused) {
  LateRuns late;
  late.refused(0, kMember, error("42P01"));
  run_due(late, kTeam, "42804");
  EXPECT_EQ(run_due(late, kTeam), std::vector<size_t>{});
  record::Recording recording = recorded({{kMember, true}, {kTeam, false}});
  std::vector<int> refusals = {1};
  late.insert(recording, refusals);
  EXPECT_EQ(texts_of(recording), (std::vector<std::string>{std::string(kMember) + " 42P01", kTeam,
                                                           std::string(kMember) + " 42804"}));
}

TEST(LateRuns, WhatFailedForAnotherReasonLeavesNoTrace) {
  for (const char* const met : {"42P07", "42P01", "23503", "55P04"}) {
    LateRuns late;
    late.refused(0, kMember, error("42P01"));
    run_due(late, kTeam, met);
    record::Recording recording = recorded({{kMember, true}, {kTeam, false}});
    std::vector<int> refusals = {1};
    EXPECT_TRUE(late.insert(recording, refusals).empty()) << met;
    EXPECT_EQ(recording.statements.size(), 2u);
  }
}

/// What the index on a table that comes later is told with, if it then misses a column; `between` went well
/// before or after that table came.
std::vector<std::string> told_of_the_column(const std::string& before, const std::string& after) {
  const std::string index = "CREATE INDEX i ON team (nmae)";
  LateRuns late;
  late.refused(0, index, error("42P01"));
  run_due(late, before, "42P01");
  run_due(late, kTeam, "42703");
  run_due(late, after, "42703");
  record::Recording recording = recorded({{index, true}, {kTeam, false}});
  std::vector<int> refusals = {1};
  late.insert(recording, refusals);
  std::vector<std::string> texts = texts_of(recording);
  return {texts.begin() + 2, texts.end()};
}

TEST(LateRuns, WhatItStillMissesAtTheEndIsAFaultOfItsOwn) {
  const std::vector<std::string> told = {"CREATE INDEX i ON team (nmae) 42703"};
  EXPECT_EQ(told_of_the_column("SELECT 1", "SELECT 1"), told);
  EXPECT_EQ(told_of_the_column("DROP TABLE other", "ALTER TABLE team ADD COLUMN size int"), told);
}

TEST(LateRuns, NotWhereItMayHaveBeenThereMeanwhile) {
  for (const char* const sql :
       {"ALTER TABLE team RENAME COLUMN nmae TO name", "ALTER TABLE team DROP COLUMN nmae", "DROP TABLE team",
        "ALTER TABLE crew RENAME TO team", "DROP SCHEMA old CASCADE", "DO $$ BEGIN NULL; END $$",
        "ALTER TABLE team ALTER COLUMN nmae TYPE text", "CALL tidy()"}) {
    EXPECT_EQ(told_of_the_column(sql, "SELECT 1"), std::vector<std::string>{}) << sql;
    EXPECT_EQ(told_of_the_column("SELECT 1", sql), std::vector<std::string>{}) << sql;
  }
}

}  // namespace
}  // namespace windlass::run
