// GitLab's code quality report: every entry has what GitLab demands, whatever the finding lacks.
#include "report/gitlab.h"

#include <nlohmann/json.hpp>

#include "report/test_report.h"

namespace windlass::report {
namespace {

class GitlabTest : public ReportTest {
 protected:
  nlohmann::json list() const { return nlohmann::json::parse(check_gitlab(report_)); }
};

TEST_F(GitlabTest, AnEntryHasItsPlaceFingerprintAndSeverity) {
  report_.git_root = "/ci/repo";
  report_.from_git_root = "api";
  const auto entry = list()[0];
  EXPECT_EQ(entry["check_name"], "type-created-twice");
  EXPECT_EQ(entry["fingerprint"], report_.findings[0].fingerprint);
  EXPECT_EQ(entry["severity"], "critical");
  EXPECT_EQ(entry["location"], (nlohmann::json{{"path", "api/versions/008.py"}, {"lines", {{"begin", 38}}}}));
}

TEST_F(GitlabTest, WhatHasNoPlaceStandsAtItsRevisionOrTheChain) {
  report_.chain_file = "alembic.ini";
  report_.findings.clear();
  add("tool-failed", "");
  add("half-applied", "008");
  add("python-exception", "008", {"/usr/lib/x.py", 9, 0});
  EXPECT_EQ(list()[0]["location"], (nlohmann::json{{"path", "alembic.ini"}, {"lines", {{"begin", 1}}}}));
  EXPECT_EQ(list()[1]["location"]["path"], "versions/008.py");
  EXPECT_EQ(list()[2]["location"], (nlohmann::json{{"path", "versions/008.py"}, {"lines", {{"begin", 1}}}}));
}

TEST_F(GitlabTest, FingerprintsAreDifferentAndSuppressedOnesLeftOut) {
  const auto first = report_.findings[0];
  report_.findings.push_back(first);
  EXPECT_EQ(list().size(), 2u);
  EXPECT_NE(list()[0]["fingerprint"], list()[1]["fingerprint"]);
  report_.findings[0].suppressed = {"config", "planned", {}};
  ASSERT_EQ(list().size(), 1u);
  EXPECT_EQ(list()[0]["fingerprint"], first.fingerprint);
  report_.findings.clear();
  EXPECT_EQ(check_gitlab(report_), "[]\n");
}

TEST_F(GitlabTest, SeverityGoesByWhatTheFindingIs) {
  report_.findings.clear();
  add("a", "").incomplete = true;
  add("b", "").severity = diagnose::Severity::Warning;
  add("c", "").severity = diagnose::Severity::Info;
  add("d", "").root = false;
  EXPECT_EQ(list()[0]["severity"], "major");
  EXPECT_EQ(list()[1]["severity"], "minor");
  EXPECT_EQ(list()[2]["severity"], "info");
  EXPECT_EQ(list()[3]["severity"], "major");
}

TEST_F(GitlabTest, AnErrorOfWindlassIsNoEmptyList) {
  const auto list =
      nlohmann::json::parse(error_gitlab({"start", "/x", "no\xff", "", base::Exit::CouldNotLook}));
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0]["severity"], "blocker");
}

}  // namespace
}  // namespace windlass::report
