#include "diagnose/kept_findings.h"

#include <gtest/gtest.h>

#include <memory>

namespace windlass::diagnose {
namespace {

Finding full() {
  Finding finding;
  finding.id = 3;
  finding.code = "rows-do-not-fit";
  finding.severity = Severity::Warning;
  finding.sqlstate = "23505";
  finding.message = "not UTF-8: \xff";
  finding.revision = "0002";
  finding.location = {"versions/0002.py", 9, 4};
  finding.statement = "ALTER TABLE t";
  finding.statement_number = 12;
  finding.object = catalog::Object{"column", "public.t.x"};
  finding.cause = "Two rows hold the same.";
  finding.evidence = {
      {"0002", {"versions/0002.py", 9, 0}, "ALTER TABLE t", "failed", "a note", {"help.py", 2, 0}}};
  finding.root = false;
  finding.follows_from = 1;
  finding.certainty = Certainty::Confirmed;
  finding.whole_way = true;
  finding.fingerprint = "abc";
  finding.fix = {"Mend the rows.", {"one", "two"}, "Do not delete them."};
  return finding;
}

run::CaseRun stopped(const std::string& sqlstate) {
  auto evidence = std::make_shared<run::Evidence>();
  evidence->exit_code = 1;
  record::Statement statement;
  statement.text = "CREATE TABLE t ()";
  record::ServerMessage error;
  error.sqlstate = sqlstate;
  error.message = "relation \"t\" already exists";
  statement.error = error;
  evidence->recording.statements = {statement};
  evidence->exception = run::PythonException{};
  evidence->exception->message = error.message;
  return {run::Scenario::Replay, "over 0002", {}, {evidence}};
}

TEST(KeptFindings, SurviveWordForWord) {
  const std::string bytes = kept_findings({true, {full(), Finding()}});
  const auto read = read_kept_findings(bytes);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->came_through);
  ASSERT_EQ(read->findings.size(), 2u);
  EXPECT_EQ(kept_findings(*read), bytes);
  const Finding& one = read->findings.front();
  EXPECT_EQ(one.message, full().message);
  EXPECT_EQ(one.location, full().location);
  EXPECT_EQ(one.object, full().object);
  EXPECT_EQ(one.evidence.front().helper.file, "help.py");
  EXPECT_EQ(one.follows_from, 1);
  EXPECT_EQ(one.certainty, Certainty::Confirmed);
  EXPECT_EQ(one.fix.steps.size(), 2u);
  EXPECT_FALSE(read->findings.back().object);
}

TEST(KeptFindings, SayTheSameOfTwoCases) {
  Finding one = full(), other = full();
  seen_in(one, run::Scenario::Replay, "over 0001");
  seen_in(other, run::Scenario::Replay, "over 0002");
  EXPECT_EQ(other.case_name, "over 0002");
  EXPECT_EQ(other.occurs.front().name, "over 0002");
  EXPECT_EQ(kept_findings({false, {one}}), kept_findings({false, {other}}));
}

TEST(KeptFindings, DamagedOnesAreNone) {
  const std::string bytes = kept_findings({true, {full()}});
  for (size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(read_kept_findings(std::string_view(bytes).substr(0, length))) << length;
}

TEST(KeptFindings, WhatRestsOnMoreThanTheRunsIsFoundAnew) {
  Finding stop;
  stop.code = "replay-fails";
  EXPECT_TRUE(would_be_found_again(stopped("42P07"), {stop}));
  for (const char* moment : {"55P03", "57014", "53100", "40P01", "58P01", "0A000", "08006", "XX000"})
    EXPECT_FALSE(would_be_found_again(stopped(moment), {stop})) << moment;
  Finding rule = stop;
  rule.code = "object-missing";
  EXPECT_FALSE(would_be_found_again(stopped("42P07"), {stop, rule}));
  Finding obstacle = stop;
  obstacle.incomplete = true;
  EXPECT_FALSE(would_be_found_again(stopped("42P07"), {obstacle}));

  // Out of Python: raised by the project itself, and not because of something else.
  run::CaseRun run = stopped("42P07");
  auto evidence = std::make_shared<run::Evidence>(*run.runs.front());
  evidence->recording.statements.clear();
  evidence->exception->frames = {{{"versions/0002.py", 9, 0}, "upgrade", "raise ValueError(1)", true}};
  run.runs = {evidence};
  EXPECT_FALSE(would_be_found_again(run, {stop}));
  evidence->exception->first = true;
  EXPECT_TRUE(would_be_found_again(run, {stop}));
  evidence->exception->frames.back().text = "open('gone.txt')";
  EXPECT_FALSE(would_be_found_again(run, {stop}));
  evidence->exception->frames.back() = {{"/lib/x.py", 9, 0}, "read", "raise OSError", false};
  EXPECT_FALSE(would_be_found_again(run, {stop}));
  evidence->exit_code = 0;
  evidence->exception.reset();
  EXPECT_TRUE(would_be_found_again(run, {stop}));
  evidence->timed_out = true;
  EXPECT_FALSE(would_be_found_again(run, {stop}));
}

}  // namespace
}  // namespace windlass::diagnose
