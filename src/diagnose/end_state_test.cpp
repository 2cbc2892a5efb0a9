// Rules about the end of a clean run, and about versions, on made-up evidence. What real servers and
// libraries do is shown by tests/behaviour.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diagnose/test_evidence.h"

namespace windlass::diagnose {
namespace {

using testing::HasSubstr;

constexpr const char* kMood = R"({"is":"enum","labels":["a","b"]})";

/// A type with the labels a, b, and then a table whose column is said to have `labels`.
TestRun enums(std::vector<std::string> labels) {
  TestRun run;
  run.revision("001").revision("002", {"001"});
  run.begin();
  run.in("001", 9).sql("CREATE TYPE mood AS ENUM ('a', 'b')").creates("type", "public.mood", kMood);
  run.finished("001");
  const std::string column = R"({"type":"public.mood"})";
  run.in("002", 9, "create_table")
      .sql("CREATE TABLE days (mood mood)")
      .creates("table", "public.days")
      .creates("column", "public.days.mood", column);
  run.evidence.enum_uses.push_back(
      {"column", "", "mood", std::move(labels), run.last().source.location, "002"});
  run.finished("002").commit();
  run.evidence.after.facts = {{{"column", "public.days.mood"}, column, "", ""},
                              {{"table", "public.days"}, "{}", "", ""},
                              {{"type", "public.mood"}, kMood, "", ""}};
  run.evidence.after.sort();
  return run;
}

TEST(EnumLabels, AMissingOneIsAnError) {
  const Finding f = enums({"a", "c"}).only();
  EXPECT_EQ(f.code, "enum-labels-differ");
  EXPECT_EQ(f.severity, Severity::Error);
  EXPECT_EQ(f.revision, "002");
  EXPECT_THAT(f.cause, HasSubstr("no row can hold \"c\""));
}

TEST(EnumLabels, FewerOrTheSameAreNone) {
  EXPECT_EQ(enums({"a", "b"}).only().code, "none");
  EXPECT_EQ(enums({"b"}).only().code, "none");
  EXPECT_EQ(enums({}).only().code, "none");
}

TEST(EnumLabels, AnotherOrderIsAWarning) {
  const Finding f = enums({"b", "a"}).only();
  EXPECT_EQ(f.code, "enum-labels-differ");
  EXPECT_EQ(f.severity, Severity::Warning);
}

TEST(EnumLabels, ARunThatStoppedSaysNothing) {
  TestRun run = enums({"a", "c"});
  run.evidence.exit_code = 1;
  for (const Finding& finding : run.findings()) EXPECT_NE(finding.code, "enum-labels-differ");
}

TEST(EnumLabels, ACaseThatBeginsInTheMiddleSaysNothing) {
  TestRun run = enums({"a", "c"});
  run.evidence.scenario = "splits";
  EXPECT_EQ(run.only().code, "none");
}

TestRun failing(const std::string& version, const std::string& text, const std::string& sqlstate,
                const std::string& message, const std::string& where) {
  TestRun run;
  run.revision("001");
  run.evidence.server_version = version;
  run.begin();
  run.in("001", 9, "create_table").sql("CREATE TABLE conf (k text)").creates("table", "public.conf");
  run.in("001", 12).sql(text).fails(sqlstate, message);
  run.last().error->where = where;
  run.raises();
  return run;
}

TEST(ServerVersion, ASafeSearchPathSince17) {
  const std::string text = "CREATE INDEX i ON people (norm(name))",
                    message = "relation \"conf\" does not exist";
  const std::string where = "PL/pgSQL function public.norm(text) line 1 at RETURN";
  EXPECT_EQ(failing("17.2", text, "42P01", message, where).findings().front().code, "server-version");
  EXPECT_NE(failing("16.4", text, "42P01", message, where).findings().front().code, "server-version");
  EXPECT_NE(failing("17.2", text, "42P01", "relation \"gone\" does not exist", where).findings().front().code,
            "server-version");
}

TEST(ServerVersion, OnlyWhatTheErrorIsAbout) {
  const std::string text = "CREATE UNIQUE INDEX i ON conf (k) NULLS NOT DISTINCT";
  EXPECT_EQ(failing("14.1", text, "42601", "syntax error at or near \"NULLS\"", "").findings().front().code,
            "server-version");
  EXPECT_EQ(failing("15.1", text, "42601", "syntax error at or near \"NULLS\"", "").findings().front().code,
            "statement-failed");
  EXPECT_EQ(failing("14.1", text, "42601", "syntax error at or near \"UNIQE\"", "").findings().front().code,
            "statement-failed");
}

TEST(PermissionDenied, AsTheRoleThatTheSessionActsAs) {
  TestRun run;
  run.revision("001");
  run.evidence.role = "deploy";
  run.begin();
  run.in("001", 8).sql("SET LOCAL ROLE clerk");
  run.in("001", 9).sql("RESET ROLE");
  run.in("001", 10).sql("SET ROLE TO 'clerk'");
  run.in("001", 12).sql("ALTER TABLE people ADD a int").fails("42501", "must be owner of table people");
  run.raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "permission-denied");
  EXPECT_THAT(f.cause, HasSubstr("runs as the role \"clerk\""));
  ASSERT_EQ(f.evidence.size(), 2u);
  EXPECT_EQ(f.evidence[0].location.line, 10);
}

}  // namespace
}  // namespace windlass::diagnose
