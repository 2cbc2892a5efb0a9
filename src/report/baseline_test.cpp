// The baseline: what is known, new, gone or not looked for; what its file looks like and which files are
// refused.
#include "report/baseline.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "report/check_json.h"
#include "report/test_report.h"

namespace windlass::report {
namespace {

class BaselineTest : public ReportTest {
 protected:
  BaselineUse apply(const std::string& text) {
    return apply_baseline(parse_baseline(text, "b.json").value(), run_.evidence, report_.findings);
  }
  static BaselineEntry entry(const std::string& revision, const std::string& fingerprint) {
    return {"versions/" + revision + ".py", revision, "table-created-twice", fingerprint, "said"};
  }
  BaselineUse apply(const std::vector<BaselineEntry>& entries) {
    return apply_baseline({"b.json", entries}, run_.evidence, report_.findings);
  }
};

/// Got and hint of the error.
std::string refused(std::string_view text) {
  const auto baseline = parse_baseline(text, "b.json");
  if (baseline) return "(accepted)";
  EXPECT_EQ(baseline.error().exit, base::Exit::Usage);
  EXPECT_EQ(baseline.error().on, "b.json");
  return baseline.error().got + " | " + baseline.error().hint;
}

TEST_F(BaselineTest, WhatItHoldsIsKnownAndTheRestIsNew) {
  const std::string text = baseline_json(report_.findings);
  add("index-created-twice", "008");
  const BaselineUse use = apply(text);
  EXPECT_EQ(report_.findings[0].known, true);
  EXPECT_EQ(report_.findings[1].known, false);
  EXPECT_TRUE(use.gone.empty());
  EXPECT_EQ(use.not_looked_for, 0u);
}

TEST_F(BaselineTest, ADocumentOfTheCheckDoesToo) {
  add("index-created-twice", "008").suppressed = {"config", "planned", {}};
  const std::string text = check_json(report_);
  report_.findings[1].suppressed.reset();
  apply(text);
  EXPECT_EQ(report_.findings[0].known, true);
  EXPECT_EQ(report_.findings[1].known, false) << "it was suppressed then, not known";
}

TEST_F(BaselineTest, IsAFindingALineSortedWithoutLinesAndTimes) {
  report_.findings.clear();
  auto& later = add("type-created-twice", "0009", {"versions/0009.py", 26, 5});
  later.message = "type \"mood\"\nalready exists";
  add("table-created-twice", "0002", {"versions/0002.py", 9, 1});
  add("half-applied", "").cause = "Left at versions/0002.py:9, of 3:";
  add("role-missing", "0002").incomplete = true;
  add("index-created-twice", "0002").suppressed = {"config", "planned", {}};
  EXPECT_EQ(baseline_json(report_.findings), R"({
  "schema": "windlass.baseline/1",
  "findings": [
    {"file":null,"revision":null,"code":"half-applied","fingerprint":"f3","message":"Left at versions/0002.py, of 3:"},
    {"file":"versions/0002.py","revision":"0002","code":"table-created-twice","fingerprint":"f2","message":"Cause of table-created-twice."},
    {"file":"versions/0009.py","revision":"0009","code":"type-created-twice","fingerprint":"f1","message":"type \"mood\" already exists"}
  ]
}
)");
  EXPECT_EQ(baseline_json({}), "{\n  \"schema\": \"windlass.baseline/1\",\n  \"findings\": []\n}\n");
}

TEST_F(BaselineTest, ReadsBackWhatItWrote) {
  add("index-created-twice", "008").message = "bad \xff bytes";
  const auto read = parse_baseline(baseline_json(report_.findings), "b.json");
  ASSERT_TRUE(read) << read.error().got;
  ASSERT_EQ(read->entries.size(), 2u);
  EXPECT_EQ(read->entries[1].code, "type-created-twice");
  EXPECT_EQ(read->entries[1].file, "versions/008.py");
  EXPECT_EQ(read->entries[1].revision, "008");
}

TEST_F(BaselineTest, WhatDidNotOccurIsGoneOnlyWhereItWasLookedFor) {
  run_.revision("009", {"008"});
  const BaselineUse use =
      apply({entry("007", "a"), entry("008", "b"), entry("009", "c"), entry("001", "d"), entry("", "e")});
  ASSERT_EQ(use.gone.size(), 2u);
  EXPECT_EQ(use.gone[0].fingerprint, "a") << "its revision ran to the end";
  EXPECT_EQ(use.gone[1].fingerprint, "d") << "its revision is no more";
  EXPECT_EQ(use.not_looked_for, 3u);
  EXPECT_EQ(baseline_remark(use),
            "2 of the baseline's findings are gone: write it anew (--write-baseline b.json). "
            "3 of the baseline's findings were not looked for: the run ended before.");
  EXPECT_EQ(baseline_remark({}), "");
}

TEST_F(BaselineTest, ASoundChainHasNoneOfItsFindings) {
  run_.evidence.steps.back().finished = true;
  report_.findings.clear();
  EXPECT_EQ(apply({entry("008", "b"), entry("", "e")}).gone.size(), 2u);
}

TEST_F(BaselineTest, JsonSaysWhatCameOfIt) {
  EXPECT_TRUE(nlohmann::json::parse(check_json(report_))["baseline"].is_null());
  EXPECT_TRUE(nlohmann::json::parse(check_json(report_))["findings"][0]["known"].is_null());
  report_.baseline = apply({entry("007", "a")});
  const auto json = nlohmann::json::parse(check_json(report_));
  EXPECT_EQ(json["findings"][0]["known"], false);
  EXPECT_EQ(json["baseline"]["gone"][0]["fingerprint"], "a");
  EXPECT_TRUE(base::contains(base::one_line(text()), "Note: 1 of the baseline's findings is gone"));
}

TEST(BaselineFile, AnotherFileIsRefusedWithTheReason) {
  EXPECT_TRUE(base::contains(refused(""), "it is no JSON | Name a file that"));
  EXPECT_TRUE(base::contains(refused("[]"), "it names no schema"));
  EXPECT_TRUE(base::contains(refused("{\"schema\": 3}"), "it names no schema"));
  EXPECT_TRUE(base::contains(refused("{\"version\": \"2.1.0\", \"runs\": []}"), "it names no schema"));
  EXPECT_TRUE(base::contains(refused("{\"schema\": \"windlass.graph/1\"}"),
                             "it is windlass.graph/1, which holds no"));
  EXPECT_TRUE(base::contains(refused("{\"schema\": \"windlass.error/1\"}"), "a check that failed"));
  EXPECT_TRUE(base::contains(refused("{\"schema\": \"windlass.baseline/2\", \"findings\": []}"),
                             "this windlass reads windlass.baseline/1 and windlass.check/1 | Write it anew"));
  EXPECT_TRUE(base::contains(refused("{\"schema\": \"windlass.check/1\"}"), "no list of findings"));
  EXPECT_TRUE(
      base::contains(refused("{\"schema\": \"windlass.baseline/1\", \"findings\": [{\"code\": \"a\"}]}"),
                     "its finding 1 has no code or no fingerprint"));
  EXPECT_TRUE(
      base::contains(refused("{\"schema\": \"windlass.baseline/1\", \"findings\": [1]}"), "its finding 1"));
}

RC_GTEST_PROP(BaselineProperty, AnyBytesAreReadOrRefused, (const std::string& text)) {
  for (const std::string& each :
       {text, "{\"schema\": \"windlass.baseline/1\", \"findings\": [" + text + "]}"})
    if (const auto read = parse_baseline(each, "b"); !read) RC_ASSERT(read.error().exit == base::Exit::Usage);
}

}  // namespace
}  // namespace windlass::report
