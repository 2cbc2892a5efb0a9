// What the cases of scenarios say, on made-up evidence.
#include "diagnose/cases.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "diagnose/cases/catalogs.h"
#include "diagnose/test_evidence.h"

namespace windlass::diagnose {
namespace {

using catalog::Fact;
using catalog::Snapshot;
using run::Scenario;

Snapshot catalog_of(std::vector<std::pair<catalog::Object, std::string>> facts) {
  Snapshot snapshot;
  for (auto& [object, definition] : facts) snapshot.facts.push_back({object, definition, "", ""});
  snapshot.sort();
  return snapshot;
}

const catalog::Object kTable{"table", "public.moods"}, kColumn{"column", "public.moods.mood"},
    kType{"type", "public.mood"}, kVersions{"table", "public.alembic_version"};

run::SharedEvidence ended(Snapshot after, std::vector<std::string> versions = {"0002"}) {
  TestRun made;
  made.revision("0001").revision("0002", {"0001"}).finished(versions.empty() ? "0002" : versions[0]);
  made.evidence.after = std::move(after);
  made.evidence.versions = std::move(versions);
  return std::make_shared<const run::Evidence>(made.evidence);
}

run::SharedEvidence failed(const std::string& direction, const std::string& last_frame,
                           const std::string& file = "versions/0002.py") {
  TestRun made;
  made.revision("0001").revision("0002", {"0001"});
  made.evidence.steps.push_back({"0002", direction, 0, 0, false});
  made.raises_python("NotImplementedError", "no", "0002", 20);
  made.evidence.exception->frames = {
      {{"versions/0002.py", 20, 0}, "downgrade", "raise NotImplementedError", true},
      {{file, 20, 0}, "downgrade", last_frame, true}};
  return std::make_shared<const run::Evidence>(made.evidence);
}

run::CaseRun trip(Snapshot lower, Snapshot upper, run::SharedEvidence down,
                  std::vector<run::SharedEvidence> up) {
  run::CaseRun made{Scenario::RoundTrip, "0002", {}, {down}, ended(upper), {}};
  made.round_trip =
      run::RoundTrip{"0002", std::move(lower), true, std::move(upper), std::move(down), std::move(up)};
  return made;
}

const Snapshot kLower = catalog_of({{kVersions, "{}"}});
const Snapshot kUpper = catalog_of({{kVersions, "{}"}, {kTable, "{}"}, {kColumn, "{}"}, {kType, "{}"}});

std::string codes(const std::vector<Finding>& findings) {
  std::vector<std::string> texts;
  for (const Finding& finding : findings) texts.push_back(finding.code + " " + to_string(finding.severity));
  return base::join(texts, ", ");
}
std::string codes(const run::CaseRun& run) { return codes(case_findings(run, {})); }

TEST(RoundTrip, ThatComesBackIsSilent) {
  EXPECT_EQ(codes(trip(kLower, kUpper, ended(kLower), {ended(kUpper)})), "");
  // At the base there is no version table, and Alembic leaves it there.
  EXPECT_EQ(codes(trip({}, kUpper, ended(kLower), {ended(kUpper)})), "");
}

TEST(RoundTrip, ThatLeavesSomethingIsJudgedByTheUpgradeAfterIt) {
  const Snapshot left = catalog_of({{kVersions, "{}"}, {kType, "{}"}});
  EXPECT_EQ(codes(trip(kLower, kUpper, ended(left), {failed("upgrade", "op.create_table")})),
            "downgrade-incomplete error");
  EXPECT_EQ(codes(trip(kLower, kUpper, ended(left), {ended(kUpper)})), "downgrade-incomplete info");
  const Snapshot other = catalog_of({{kVersions, "{}"}, {kType, "{}"}, {kTable, "{\"persistence\":\"u\"}"}});
  EXPECT_EQ(codes(trip(kLower, kUpper, ended(left), {ended(other)})), "downgrade-incomplete error");
}

TEST(RoundTrip, ADowngradeThatDoesNothingIsAWarning) {
  TestRun clean;
  clean.revision("0001")
      .revision("0002", {"0001"})
      .in("0002", 9, "create_table")
      .sql("CREATE TABLE moods ()")
      .finished("0002");
  clean.evidence.after = kUpper;
  const auto of = [&](run::SharedEvidence down, const std::string& revision) {
    run::CaseRun made = trip(kLower, kUpper, std::move(down), {failed("upgrade", "op.create_table")});
    made.clean = std::make_shared<const run::Evidence>(clean.evidence);
    made.round_trip->revision = revision;
    return codes(made);
  };
  EXPECT_EQ(of(ended(kUpper), "0002"), "downgrade-incomplete warning");
  EXPECT_EQ(of(ended(kUpper), ""), "downgrade-incomplete warning") << "the whole way passes it";
  EXPECT_EQ(of(ended(kLower), "0002"), "round-trip-broken warning") << "rows that stay are in no catalog";

  TestRun half;
  half.revision("0001").revision("0002", {"0001"}).in("0002", 20).sql("DELETE FROM moods").finished("0002");
  half.evidence.after = kUpper;
  EXPECT_EQ(of(std::make_shared<const run::Evidence>(half.evidence), "0002"), "downgrade-incomplete error");
}

TEST(RoundTrip, ThatLosesSomethingIsAWarningAndLabelsThatStayAreNone) {
  const Snapshot before = catalog_of({{kType, R"({"is":"enum","labels":["A"]})"}, {kTable, "{}"}});
  const Snapshot after = catalog_of({{kType, R"({"is":"enum","labels":["A","B"]})"}, {kTable, "{}"}});
  EXPECT_EQ(codes(trip(before, after, ended(after), {ended(after)})), "downgrade-incomplete info");
  const Snapshot lost = catalog_of({{kType, R"({"is":"enum","labels":["A"]})"}});
  EXPECT_EQ(codes(trip(before, after, ended(lost), {ended(after)})), "downgrade-incomplete warning");
  const Snapshot renamed = catalog_of({{kType, R"({"is":"enum","labels":["C"]})"}, {kTable, "{}"}});
  EXPECT_EQ(codes(trip(before, after, ended(renamed), {ended(after)})), "downgrade-incomplete warning");
}

TEST(RoundTrip, IsNotComparedWhereTheDowngradeLedElsewhere) {
  run::CaseRun run = trip(kLower, kUpper, ended({}), {ended(kUpper)});
  EXPECT_NE(codes(trip(kUpper, kUpper, ended({}), {ended(kUpper)})), "");
  run.round_trip->lower_known = false;
  EXPECT_EQ(codes(run), "");
}

TEST(RoundTrip, ThatIsRefusedIsToldFromOneThatFails) {
  EXPECT_EQ(codes(trip(kLower, kUpper, failed("downgrade", "raise NotImplementedError"), {})),
            "downgrade-refused warning");
  EXPECT_EQ(codes(trip(kLower, kUpper, failed("downgrade", "raise CompileError", "lib/compiler.py"), {})),
            "downgrade-fails warning");
}

TEST(Cases, AColumnComesWithItsTable) {
  const auto found = by_themselves(differences(kLower, kUpper, *ended({}), "A", "B"));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].object, kTable);
  EXPECT_EQ(found[1].object, kType);
}

TEST(Cases, ACatalogOtherThanTheCleanRunsIsTold) {
  run::CaseRun run{Scenario::Splits, "from 0001", {}, {ended(kUpper)}, ended(kUpper), {}};
  EXPECT_EQ(codes(run), "");
  run.runs = {ended(kLower)};
  EXPECT_EQ(codes(run), "ends-otherwise error");
  run.runs = {ended(kLower, {"0001"})};
  EXPECT_EQ(codes(run), "") << "it is on its way";
}

TEST(Cases, ARepetitionThatDiffersIsOneFindingForEachPlace) {
  run::CaseRun run{Scenario::Repeat, "hash seed 1", {}, {ended(kUpper)}, ended(kUpper), {}};
  EXPECT_EQ(codes(run), "");
  run.runs = {ended(catalog_of({{{"index", "public.ix_a"}, "{}"}, {{"index", "public.ix_b"}, "{}"}}))};
  run.clean = ended(catalog_of({{{"index", "public.ix_c"}, "{}"}}));
  EXPECT_EQ(codes(run), "not-deterministic error");
  const auto first = case_findings(run, {});
  run.name = "hash seed 2";
  run.runs = {ended(catalog_of({{{"index", "public.ix_d"}, "{}"}}))};
  const auto all = with_cases({}, {first, case_findings(run, {})});
  ASSERT_EQ(all.size(), 1u) << "names of chance do not make it another finding";
  EXPECT_EQ(all[0].occurs.size(), 2u);
}

TEST(Cases, ASecondRunMustDoNothingOrFailAlike) {
  run::CaseRun run{Scenario::Retry, "", {}, {}, ended(kUpper), {}};
  TestRun idle;
  idle.evidence.after = kUpper;
  idle.evidence.versions = {"0002"};
  run.runs = {std::make_shared<const run::Evidence>(idle.evidence)};
  EXPECT_EQ(codes(run), "");
  idle.evidence.after = kLower;
  run.runs = {std::make_shared<const run::Evidence>(idle.evidence)};
  EXPECT_EQ(codes(run), "retry-differs error");

  TestRun refused;
  refused.raises_python("AssertionError", "1", "", 12, "environment");
  run.runs = {std::make_shared<const run::Evidence>(refused.evidence)};
  EXPECT_EQ(codes(run), "retry-differs error") << "env.py went well the first time";

  run.clean = failed("upgrade", "x");
  run.runs = {failed("upgrade", "x")};
  EXPECT_EQ(codes(run), "");
  auto other = std::make_shared<run::Evidence>(*run.clean);
  other->exception->message = "yes";
  run.runs = {other};
  EXPECT_EQ(codes(run), "retry-differs error");
  run.runs = {ended(kUpper)};
  EXPECT_EQ(codes(run), "retry-differs warning");
}

Finding finding(int id, const std::string& code, const std::string& scenario, const std::string& name) {
  Finding made;
  made.id = id;
  made.code = made.fingerprint = code;
  made.scenario = scenario;
  made.case_name = name;
  made.occurs = {{scenario, name}};
  return made;
}

TEST(Cases, WhatIsKnownIsNotToldAgain) {
  std::vector<Finding> clean = {finding(1, "type-created-twice", "clean", "")};
  Finding second = finding(2, "half-applied", "splits", "from 2");
  second.root = false;
  second.follows_from = 1;
  const auto all = with_cases(clean, {{finding(1, "type-created-twice", "splits", "from 1")},
                                      {finding(1, "type-created-twice", "splits", "from 2"), second},
                                      {finding(1, "created-later", "splits", "from 3")}});
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].scenario, "clean");
  EXPECT_EQ(all[0].occurs.size(), 3u);
  EXPECT_EQ(all[1].code, "created-later") << "roots first";
  EXPECT_EQ(all[2].code, "half-applied");
  EXPECT_EQ(all[2].follows_from, all[0].id);
}

TEST(Cases, ARetryFollowsFromTheFirstFailure) {
  Finding retry = finding(1, "retry-differs", "retry", "");
  retry.root = false;
  EXPECT_EQ(with_cases({finding(1, "created-later", "clean", "")}, {{retry}})[1].follows_from, 1);
  EXPECT_TRUE(with_cases({}, {{retry}})[0].root);
}

TEST(Cases, WhereNamesAreRandomNoOtherCatalogIsToldBesides) {
  const Finding random = finding(1, "not-deterministic", "repeat", "");
  for (const char* code : {"ends-otherwise", "replay-differs", "interrupted-differs"}) {
    const Finding other = finding(1, code, "splits", "");
    EXPECT_EQ(with_cases({}, {{random}, {other}}).size(), 1u);
    EXPECT_EQ(with_cases({}, {{other}}).size(), 1u);
  }
}

TEST(Cases, TheWholeWayIsToldByItsStep) {
  Finding step = finding(1, "downgrade-incomplete", "round-trip", "0002");
  Finding whole = finding(1, "round-trip-broken", "round-trip", "the whole way");
  whole.whole_way = true;
  EXPECT_EQ(codes(with_cases({}, {{step}, {whole}})), "downgrade-incomplete error");
  step.severity = Severity::Info;
  EXPECT_EQ(with_cases({}, {{step}, {whole}}).size(), 2u) << "a remark does not explain an error";
}

}  // namespace
}  // namespace windlass::diagnose
