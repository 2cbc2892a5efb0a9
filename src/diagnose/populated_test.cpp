// Upgrades of databases that hold rows: what is laid to the rows, and what to any rows.
#include <gtest/gtest.h>

#include "base/text.h"
#include "diagnose/cases.h"
#include "diagnose/test_evidence.h"

namespace windlass::diagnose {
namespace {

using populate::Rows;
using populate::ValueKind;

run::SharedEvidence shared(const TestRun& made) {
  return std::make_shared<const run::Evidence>(made.evidence);
}

TestRun chain() {
  TestRun made;
  made.revision("0001").revision("0002", {"0001"}).revision("0003", {"0002"});
  return made;
}

run::SharedEvidence well() { return shared(chain().finished("0003")); }

/// A run that ends in revision 0003 with this; `before`: sent by 0002.
run::SharedEvidence refused(const std::string& sql, const std::string& sqlstate, const std::string& message,
                            record::ServerMessage fields = {}, const std::string& before = "") {
  TestRun made = chain();
  made.begin();
  if (!before.empty()) made.in("0002", 9).sql(before);
  made.finished("0002").started("0003");
  made.in("0003", 9, "alter_column").sql(sql).fails(sqlstate, message);
  record::ServerMessage error = *made.last().error;
  error.schema = "public";
  error.table = fields.table;
  error.column = fields.column;
  error.constraint = fields.constraint;
  error.detail = fields.detail;
  made.last().error = error;
  made.raises("sqlalchemy.exc.IntegrityError");
  return shared(made);
}

Rows rows() {
  Rows made;
  made.rows = {{"public", "people", {{"id", {ValueKind::Key, "7"}}, {"name", {ValueKind::Ordinary, "x"}}}},
               {"public", "people", {{"id", {ValueKind::Key, "8"}}, {"name", {ValueKind::Null, {}}}}}};
  return made;
}

run::CaseRun tried(run::SharedEvidence full, run::SharedEvidence without, run::SharedEvidence plain) {
  run::CaseRun made{run::Scenario::Populated, "from 0001", {}, {full}, well(), {}};
  made.populated = run::Populated{rows(), std::move(full), std::move(without), rows(), std::move(plain)};
  return made;
}

std::string codes(const run::CaseRun& run) {
  std::vector<std::string> texts;
  for (const Finding& finding : case_findings(run, {}))
    texts.push_back(finding.code + " " + to_string(finding.severity));
  return base::join(texts, ", ");
}

record::ServerMessage null_in(const std::string& column) {
  record::ServerMessage fields;
  fields.table = "people";
  fields.column = column;
  return fields;
}

const std::string kNull = "column \"email\" of relation \"people\" contains null values";

TEST(Populated, ThatGoesWellIsSilent) { EXPECT_EQ(codes(tried(well(), nullptr, nullptr)), ""); }

TEST(Populated, AnErrorIsWhatNoValueHasAPartIn) {
  // The chain added the column, and nothing wrote it.
  const auto bare =
      refused("ALTER TABLE people ALTER COLUMN email SET NOT NULL", "23502", kNull, null_in("email"));
  EXPECT_EQ(codes(tried(bare, well(), bare)), "not-null-without-backfill error");
  // An UPDATE has filled it from what the rows hold.
  const auto filled =
      refused("ALTER TABLE people ALTER COLUMN email SET NOT NULL", "23502", kNull, null_in("email"),
              "UPDATE people SET email = CASE name WHEN 'Ada' THEN 'a' END");
  EXPECT_EQ(codes(tried(filled, well(), filled)), "not-null-without-backfill warning");
  // The column was there.
  const auto old =
      refused("ALTER TABLE people ALTER COLUMN name SET NOT NULL", "23502", kNull, null_in("name"));
  EXPECT_EQ(codes(tried(old, well(), old)), "not-null-without-backfill warning");
  EXPECT_EQ(codes(tried(old, well(), well())), "not-null-without-backfill warning");
}

TEST(Populated, AKeyOverColumnsThatAllRowsHoldAlikeIsAnError) {
  record::ServerMessage fields = null_in("");
  fields.detail = "Key (slug)=(none) is duplicated.";
  const auto made =
      refused("ALTER TABLE people ADD UNIQUE (slug)", "23505", "could not create unique index", fields);
  EXPECT_EQ(codes(tried(made, well(), made)), "rows-do-not-fit error");
  fields.detail = "Key (name)=(x) is duplicated.";
  const auto old =
      refused("ALTER TABLE people ADD UNIQUE (name)", "23505", "could not create unique index", fields);
  EXPECT_EQ(codes(tried(old, well(), well())), "rows-do-not-fit warning");
  const auto found = case_findings(tried(old, well(), well()), {});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(base::contains(found[0].cause, "With ordinary rows alone the upgrade ends well."));
  ASSERT_EQ(found[0].evidence.size(), 2U);
  EXPECT_EQ(found[0].evidence[1].statement, "INSERT INTO people (id, name) VALUES ('7', 'x')");
}

TEST(Populated, LongValuesAreCutBetweenCharactersAndNamesStayWhole) {
  record::ServerMessage fields = null_in("");
  const std::string name = "people_have_a_name_that_is_neither_empty_nor_longer_than_255";
  const auto named = refused("ALTER TABLE people ADD CHECK (name <> '')", "23514",
                             "check constraint \"" + name + "\" is violated by some row", fields);
  auto found = case_findings(tried(named, well(), well()), {});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(base::contains(found[0].cause, name)) << found[0].cause;
  std::string value = "a";
  for (int i = 0; i < 40; ++i) value += "ж";
  const auto long_one = refused("ALTER TABLE people ALTER COLUMN name TYPE mood USING name::mood", "22P02",
                                "invalid input value for enum mood: \"" + value + "\"", fields);
  found = case_findings(tried(long_one, well(), well()), {});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(base::contains(found[0].cause, "\"" + base::shorten(value, 20) + " (81 bytes)\""))
      << found[0].cause;
}

TEST(Populated, WhatFailsWithoutRowsIsNotLaidToThem) {
  const auto fault = refused("ALTER TABLE missing ADD x int", "42P01", "relation \"missing\" does not exist");
  EXPECT_EQ(codes(tried(fault, fault, nullptr)), "never-created error");
}

TEST(Populated, AnExceptionOfTheCodeIsAnErrorOneOfAValueIsNot) {
  const auto raised = [](const std::string& type, const std::string& message) {
    return shared(chain().finished("0002").started("0003").raises_python(type, message, "0003", 12));
  };
  const auto code = raised("TypeError", "tuple indices must be integers or slices, not str");
  EXPECT_EQ(codes(tried(code, well(), code)), "fails-with-rows error");
  EXPECT_EQ(codes(tried(code, well(), well())), "fails-with-rows warning");
  const auto value = raised("KeyError", "'x'");
  EXPECT_EQ(codes(tried(value, well(), value)), "fails-with-rows warning");
}

TEST(Populated, TheGraverOfTwoCasesIsTold) {
  const auto bare =
      refused("ALTER TABLE people ALTER COLUMN email SET NOT NULL", "23502", kNull, null_in("email"));
  run::CaseRun some = tried(bare, well(), well()), any = tried(bare, well(), bare);
  any.name = "from 0002";
  const auto all = with_cases({}, {case_findings(some, {}), case_findings(any, {})});
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].severity, Severity::Error);
  EXPECT_EQ(all[0].occurs.size(), 2U);
}

TEST(PendingTriggerEvents, NameWhatWroteTheRows) {
  TestRun run = chain();
  run.begin();
  run.in("0002", 9).sql("UPDATE other SET x = 1");
  run.in("0002", 10).sql("UPDATE people SET boss = 1");
  run.finished("0002").started("0003");
  run.in("0003", 9, "add_column")
      .sql("ALTER TABLE people ADD x int")
      .fails("55006", "cannot ALTER TABLE \"people\" because it has pending trigger events");
  run.raises();
  const Finding finding = run.only();
  EXPECT_EQ(finding.code, "pending-trigger-events");
  EXPECT_TRUE(base::contains(finding.cause, "revision 0002")) << finding.cause;
  ASSERT_EQ(finding.evidence.size(), 2U);
  EXPECT_EQ(finding.evidence[0].statement, "UPDATE people SET boss = 1");
}

TEST(PendingTriggerEvents, AreNotEveryObjectInUse) {
  TestRun run = chain();
  run.started("0003")
      .in("0003", 9)
      .sql("DROP DATABASE shop")
      .fails("55006", "database \"shop\" is being accessed by other users");
  run.raises();
  EXPECT_EQ(run.only().code, "statement-failed");
}

}  // namespace
}  // namespace windlass::diagnose
