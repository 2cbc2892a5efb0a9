#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diagnose/test_evidence.h"

namespace windlass::diagnose {
namespace {

using ::testing::HasSubstr;

/// 001 <- 002 (creates "teams") and 001 <- 003, joined by 004; 002 has run.
TestRun branches() {
  TestRun run;
  run.revision("001").revision("002", {"001"}).revision("003", {"001"}).revision("004", {"002", "003"});
  run.begin()
      .in("001", 8)
      .sql("CREATE TABLE people (id int)")
      .creates("table", "public.people")
      .finished("001");
  run.in("002", 8).sql("CREATE TABLE teams (id int)").creates("table", "public.teams");
  run.in("002", 9).sql("CREATE TYPE size AS ENUM ('s')").creates("type", "public.size").finished("002");
  return run;
}

std::string code_after(TestRun& run, const std::string& revision, const std::string& text) {
  run.in(revision, 12).sql(text).finished("003").finished("004").commit();
  return run.only().code;
}

TEST(HiddenOrder, UsesOfAnotherBranchesObjects) {
  for (const char* text : {"ALTER TABLE people ADD COLUMN team int REFERENCES teams (id)",
                           "ALTER TABLE teams ADD COLUMN name text", "CREATE INDEX i ON teams (id)",
                           "INSERT INTO teams VALUES (1)", "ALTER TABLE people ADD COLUMN s size",
                           "DROP TABLE teams", "CREATE VIEW v AS SELECT id FROM public.teams"}) {
    TestRun run = branches();
    EXPECT_EQ(code_after(run, "003", text), "hidden-order") << text;
  }
}

TEST(HiddenOrder, NamesBothRevisionsAndWhatToWrite) {
  TestRun run = branches();
  run.in("003", 12).sql("ALTER TABLE teams ADD COLUMN name text").finished("003").finished("004").commit();
  const Finding f = run.only();
  EXPECT_EQ(f.severity, Severity::Warning);
  EXPECT_EQ(f.revision, "003");
  ASSERT_EQ(f.evidence.size(), 2u);
  EXPECT_EQ(f.evidence[0].location.line, 8);
  EXPECT_THAT(f.fix.steps.at(0), HasSubstr("In the file of revision 003: depends_on = "));
  EXPECT_EQ(run.verdict(), Verdict::Sound);
}

TEST(HiddenOrder, ManyUsesOfOneRevisionAreOneFinding) {
  TestRun run = branches();
  run.in("003", 12).sql("ALTER TABLE teams ADD COLUMN name text");
  EXPECT_EQ(code_after(run, "003", "CREATE INDEX i ON teams (name)"), "hidden-order");
}

TEST(HiddenOrder, SilentWhereTheOrderIsDeclaredOrDoesNotMatter) {
  TestRun declared = branches();
  declared.evidence.chain.revisions[2].depends_on = {"002"};
  EXPECT_EQ(code_after(declared, "003", "ALTER TABLE teams ADD COLUMN name text"), "none");
  TestRun merged = branches();
  EXPECT_EQ(code_after(merged, "004", "ALTER TABLE teams ADD COLUMN name text"), "none");
  TestRun older = branches();
  EXPECT_EQ(code_after(older, "003", "ALTER TABLE people ADD COLUMN name text"), "none");
  TestRun own = branches();
  own.in("003", 11).sql("CREATE TABLE app.teams (id int)").creates("table", "app.teams");
  EXPECT_EQ(code_after(own, "003", "ALTER TABLE teams ADD COLUMN name text"), "none");
}

TEST(HiddenOrder, SilentWhereTheRevisionIsCareful) {
  for (const char* text : {"DROP TABLE IF EXISTS teams", "CREATE TABLE IF NOT EXISTS teams (id int)",
                           "DO $$ BEGIN ALTER TABLE teams ADD COLUMN n int; EXCEPTION WHEN duplicate_column "
                           "THEN NULL; END $$"}) {
    TestRun run = branches();
    EXPECT_EQ(code_after(run, "003", text), "none") << text;
  }
  TestRun guarded = branches();
  guarded.in("003", 11).sql("CREATE TABLE IF NOT EXISTS teams (id int)");
  EXPECT_EQ(code_after(guarded, "003", "ALTER TABLE teams ADD COLUMN name text"), "none");
  TestRun looks = branches();
  looks.in("003", 11).sql("SELECT relname FROM pg_catalog.pg_class WHERE relname = 'teams'");
  EXPECT_EQ(code_after(looks, "003", "ALTER TABLE teams ADD COLUMN name text"), "none");
}

TEST(HiddenOrder, SilentWithoutBranches) {
  TestRun run;
  run.revision("001").revision("002", {"001"});
  run.begin()
      .in("001", 8)
      .sql("CREATE TABLE teams (id int)")
      .creates("table", "public.teams")
      .finished("001");
  run.in("002", 8).sql("ALTER TABLE teams ADD COLUMN n int").finished("002").commit();
  EXPECT_EQ(run.only().code, "none");
}

}  // namespace
}  // namespace windlass::diagnose
