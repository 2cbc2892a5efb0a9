#include <gtest/gtest.h>

#include "report/prove_report.h"

namespace windlass::report {
namespace {

ScenarioLine line(run::Scenario scenario, std::string verdict, size_t cases = 1) {
  ScenarioLine made;
  made.outcome.scenario = scenario;
  made.outcome.cases = cases;
  made.verdict = std::move(verdict);
  return made;
}

CheckReport sound(std::vector<ScenarioLine> lines) {
  CheckReport check;
  check.verdict = diagnose::Verdict::Sound;
  check.scenarios = std::move(lines);
  return check;
}

diagnose::Finding finding_in(const std::string& scenario) {
  diagnose::Finding finding;
  finding.code = "ends-otherwise";
  finding.scenario = scenario;
  finding.occurs = {{scenario, ""}};
  return finding;
}

TEST(Proof, NeedsTheCleanRunAndAllThatIsRequired) {
  EXPECT_EQ(proof_of(sound({line(run::Scenario::Splits, "passed")}), {}), ProofVerdict::Proven);
  EXPECT_EQ(proof_of(sound({line(run::Scenario::Splits, "failed")}), {}), ProofVerdict::Broken);
  CheckReport broken = sound({});
  broken.verdict = diagnose::Verdict::Broken;
  broken.findings = {finding_in("clean")};
  EXPECT_EQ(proof_of(broken, {}), ProofVerdict::Broken);
}

TEST(Proof, ReplayAndHybridAreRequiredByNameOnly) {
  const CheckReport check =
      sound({line(run::Scenario::Replay, "failed"), line(run::Scenario::Hybrid, "failed")});
  EXPECT_EQ(proof_of(check, {}), ProofVerdict::Proven);
  EXPECT_EQ(proof_of(check, {{"replay"}}), ProofVerdict::Broken);
  EXPECT_EQ(proof_of(check, {{"hybrid"}}), ProofVerdict::Broken);
}

TEST(Proof, WhatHasNoCaseLeavesNothingOpenUnlessItIsAskedFor) {
  const CheckReport check = sound({line(run::Scenario::Models, "not-run", 0)});
  EXPECT_EQ(proof_of(check, {}), ProofVerdict::Proven);
  EXPECT_EQ(proof_of(check, {{"models"}}), ProofVerdict::Incomplete);
  EXPECT_EQ(proof_of(sound({}), {{"splits"}}), ProofVerdict::Incomplete);
}

TEST(Proof, WhatWasNotSeenIsNotProven) {
  ScenarioLine blind = line(run::Scenario::Splits, "passed");
  blind.outcome.could_not_look = true;
  EXPECT_EQ(proof_of(sound({blind}), {}), ProofVerdict::Incomplete);
  EXPECT_EQ(proof_of(sound({line(run::Scenario::Splits, "not-run")}), {}), ProofVerdict::Incomplete);
}

TEST(Proof, WhatIsSuppressedDoesNotBreakIt) {
  CheckReport check = sound({line(run::Scenario::Splits, "failed")});
  check.findings = {finding_in("splits")};
  EXPECT_EQ(proof_of(check, {}), ProofVerdict::Broken);
  check.findings.front().suppressed = diagnose::Suppressed{"config", "known", {}};
  EXPECT_EQ(proof_of(check, {}), ProofVerdict::Proven);
}

}  // namespace
}  // namespace windlass::report
