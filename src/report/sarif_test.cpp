// SARIF: what each field is made of. That documents are as the published schema says is for the behaviour
// tests.
#include "report/sarif.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "report/test_report.h"

namespace windlass::report {
namespace {

class SarifTest : public ReportTest {
 protected:
  nlohmann::json run() const { return nlohmann::json::parse(check_sarif(report_))["runs"][0]; }
  nlohmann::json result(size_t n = 0) const { return run()["results"][n]; }
};

TEST_F(SarifTest, AResultHasItsRulePlaceEvidenceAndFingerprint) {
  report_.git_root = "/ci/repo";
  report_.from_git_root = "services/a b";
  report_.exit_status = 1;
  report_.findings[0].location.column = 5;
  const auto found = result();
  EXPECT_EQ(found["ruleId"], "type-created-twice");
  EXPECT_EQ(found["level"], "error");
  const auto& place = found["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], "services/a%20b/versions/008.py");
  EXPECT_EQ(place["artifactLocation"]["uriBaseId"], "%SRCROOT%");
  EXPECT_EQ(place["region"], (nlohmann::json{{"startLine", 38}, {"startColumn", 5}}));
  ASSERT_EQ(found["relatedLocations"].size(), 2u);
  EXPECT_EQ(found["relatedLocations"][0]["physicalLocation"]["region"]["startLine"], 24);
  EXPECT_EQ(found["relatedLocations"][1]["id"], 2);
  EXPECT_EQ(found["partialFingerprints"]["windlass/v1"], report_.findings[0].fingerprint);
  EXPECT_EQ(found["suppressions"], nlohmann::json::array());
  EXPECT_FALSE(found.contains("baselineState"));
  EXPECT_EQ(run()["invocations"][0], (nlohmann::json{{"executionSuccessful", true}, {"exitCode", 1}}));
}

TEST_F(SarifTest, ARuleIsTheFindingsPageOnceForAllItsResults) {
  add("type-created-twice", "008");
  add("index-created-twice", "008");
  const auto rules = run()["tool"]["driver"]["rules"];
  ASSERT_EQ(rules.size(), 2u);
  EXPECT_EQ(result(1)["ruleIndex"], 0);
  EXPECT_EQ(result(2)["ruleIndex"], 1);
  EXPECT_EQ(rules[0]["shortDescription"]["text"], "A type is created twice");
  EXPECT_TRUE(base::contains(rules[0]["fullDescription"]["text"].get<std::string>(), "Two statements"));
  const std::string markdown = rules[0]["help"]["markdown"];
  EXPECT_TRUE(base::contains(markdown, "## How to mend it"));
  EXPECT_TRUE(base::contains(markdown, "```python\n")) << "the marks of the examples are for the tests";
  EXPECT_FALSE(base::contains(markdown, "```python bad"));
}

TEST_F(SarifTest, WhatDoesNotCountIsSaidSo) {
  report_.findings[0].suppressed = {"config", "the old server", {"windlass.toml", 3, 1}};
  add("index-created-twice", "008").suppressed = {"source", "planned", {"versions/008.py", 30, 0}};
  add("table-created-twice", "008").known = true;
  add("view-created-twice", "008").known = false;
  EXPECT_EQ(result(0)["suppressions"][0]["kind"], "external");
  EXPECT_EQ(result(0)["suppressions"][0]["justification"], "the old server");
  EXPECT_EQ(result(0)["suppressions"][0]["location"]["physicalLocation"]["artifactLocation"]["uri"],
            "windlass.toml");
  EXPECT_EQ(result(1)["suppressions"][0]["kind"], "inSource");
  EXPECT_EQ(result(2)["baselineState"], "unchanged");
  EXPECT_EQ(result(3)["baselineState"], "new");
}

TEST_F(SarifTest, APlaceOutsideOfTheRepositoryIsLeftOut) {
  report_.git_root = "/ci/repo";
  report_.findings[0].location.file = "/usr/lib/x.py";
  EXPECT_FALSE(result().contains("locations"));
}

TEST_F(SarifTest, AnIncompleteCheckIsNoSuccessfulExecution) {
  report_.verdict = diagnose::Verdict::Incomplete;
  report_.exit_status = 3;
  EXPECT_EQ(run()["invocations"][0]["executionSuccessful"], false);
  EXPECT_EQ(run()["invocations"][0]["toolExecutionNotifications"].size(), 1u);
}

TEST_F(SarifTest, AnErrorOfWindlassIsANotification) {
  const auto run = nlohmann::json::parse(
      error_sarif({"start a server", "/x", "denied\xff", "Try again.", base::Exit::CouldNotLook}))["runs"][0];
  EXPECT_TRUE(run["results"].empty());
  const auto& invocation = run["invocations"][0];
  EXPECT_EQ(invocation["executionSuccessful"], false);
  EXPECT_EQ(invocation["exitCode"], 3);
  EXPECT_EQ(invocation["toolExecutionNotifications"][0]["level"], "error");
  EXPECT_TRUE(base::contains(
      invocation["toolExecutionNotifications"][0]["message"]["text"].get<std::string>(), "Try again."));
}

}  // namespace
}  // namespace windlass::report
