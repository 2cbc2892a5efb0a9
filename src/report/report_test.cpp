// The renderers on one run built by hand: the case of a type that is created twice.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <nlohmann/json.hpp>

#include "base/printable.h"
#include "base/text.h"
#include "report/check_json.h"
#include "report/check_text.h"
#include "report/github.h"
#include "report/graph_json.h"
#include "report/record_text.h"
#include "report/test_report.h"

namespace windlass::report {
namespace {

TEST_F(ReportTest, TheCauseComesFirstThenEvidenceThenWhatToDo) {
  const std::string shown = text();
  const size_t cause = shown.find("is created twice"), evidence = shown.find("\n  Evidence\n"),
               now = shown.find("\n  What to do now\n"), do_not = shown.find("\n  Do not\n");
  ASSERT_NE(do_not, std::string::npos) << shown;
  EXPECT_LT(cause, evidence);
  EXPECT_LT(evidence, now);
  EXPECT_LT(now, do_not);
  for (const char* part :
       {"versions/008.py:24", "versions/008.py:38", "38 | op.create_table(", "create_type=False",
        "type \"mood\" already exists", "SQLSTATE 42710", "windlass explain type-created-twice"})
    EXPECT_TRUE(base::contains(shown, part)) << part << "\n" << shown;
}

TEST_F(ReportTest, SaysWhatWasRunOnWhatAndWhatWasNot) {
  const std::string shown = base::one_line(text());
  for (const char* part :
       {"1 of 2 revisions ran, stopped in 008", "the failure took them all back", "PostgreSQL 15.18",
        "Python 3.11.2 (.venv)", "SQLAlchemy 2.0.40", "network namespace", "no downgrade"})
    EXPECT_TRUE(base::contains(shown, part)) << part << "\n" << shown;
}

TEST_F(ReportTest, CodeKeepsItsFormAndSentencesAreWrapped) {
  TextStyle narrow;
  narrow.width = 60;
  const std::string shown = text(narrow);
  EXPECT_TRUE(
      base::contains(shown, "      postgresql.ENUM(\"A\", \"B\", name=\"mood\", create_type=False)\n"))
      << shown;
  for (const std::string& line : base::split(shown, '\n'))
    EXPECT_TRUE(base::display_width(line) <= 60 || line.starts_with("      ") ||
                base::contains(line, "error  type"))
        << line;
}

TEST_F(ReportTest, ACaretMarksTheColumn) {
  report_.findings[0].evidence[1].location.column = 8;
  EXPECT_TRUE(base::contains(text(), "     38 | op.create_table(\n        |    ^\n")) << text();
}

TEST_F(ReportTest, DifferencesAreAListThatIsCutAfterTen) {
  for (int i = 1; i <= 12; ++i)
    report_.findings[0].evidence.push_back({"", {}, "", "", "index i" + std::to_string(i) + ": gone"});
  EXPECT_TRUE(base::contains(text(), "     - index i10: gone\n     and 2 more (--verbose)\n")) << text();
  EXPECT_FALSE(base::contains(text(), "index i11"));
  TextStyle verbose;
  verbose.verbose = true;
  EXPECT_TRUE(base::contains(text(verbose), "     - index i12: gone\n")) << text(verbose);
  EXPECT_FALSE(base::contains(text(verbose), "more (--verbose)"));
}

TEST_F(ReportTest, ColoursOnlyWhenAsked) {
  EXPECT_EQ(text().find('\x1b'), std::string::npos);
  TextStyle colour;
  colour.colour = true;
  EXPECT_NE(text(colour).find("\x1b[1;31m"), std::string::npos);
}

TEST_F(ReportTest, NothingFromOutsideReachesTheTerminalRaw) {
  report_.findings[0].message = "evil\x1b[2J\nname\u202e";
  report_.findings[0].evidence[0].statement = "SELECT '\x07'";
  report_.findings[0].evidence[0].location.file = "a\x1b.py";
  run_.evidence.err = "\x1b]0;title\x07";
  TextStyle verbose;
  verbose.verbose = true;
  for (const char c : text(verbose)) EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
}

TEST_F(ReportTest, VerboseHasALineForEachRevisionAndTheToolsOutput) {
  run_.evidence.out = "hello from env.py\n";
  TextStyle verbose;
  verbose.verbose = true;
  EXPECT_TRUE(base::contains(text(verbose), "  | hello from env.py\n"));
  EXPECT_TRUE(base::contains(text(verbose), "\n  008  stopped (")) << text(verbose);
  EXPECT_FALSE(base::contains(text(), "hello from env.py"));
}

TEST_F(ReportTest, JsonHoldsTheDocumentedFields) {
  const auto json = nlohmann::json::parse(check_json(report_));
  EXPECT_EQ(json["schema"], "windlass.check/1");
  EXPECT_EQ(json["verdict"], "broken");
  EXPECT_EQ(json["chain"]["revisions"], 2);
  EXPECT_EQ(json["isolation"], "namespace");
  EXPECT_EQ(json["scenarios"][0]["verdict"], "failed");
  EXPECT_EQ(json["scenarios"][0]["failed"], "008");
  EXPECT_EQ(json["scenarios"][0]["applied"], nlohmann::json::array({"007"}));
  const auto& finding = json["findings"][0];
  EXPECT_EQ(finding["code"], "type-created-twice");
  EXPECT_EQ(finding["location"]["file"], "versions/008.py");
  EXPECT_EQ(finding["evidence"].size(), 2u);
  EXPECT_TRUE(finding["root"].get<bool>());
  for (const char* key : {"id", "severity", "sqlstate", "message", "revision", "statement", "object", "cause",
                          "follows_from", "certainty", "scenario", "case", "fingerprint", "fix"})
    EXPECT_TRUE(finding.contains(key)) << key;
}

TEST_F(ReportTest, JsonSurvivesBytesThatAreNoUtf8) {
  report_.findings[0].message = "bad \xff\xfe bytes";
  run_.evidence.database = "\xc3";
  EXPECT_TRUE(nlohmann::json::accept(check_json(report_)));
}

TEST_F(ReportTest, AnnotationsAreEscapedAndRelativeToTheRepository) {
  report_.from_git_root = "services/api";
  report_.findings[0].message = "100%\nnext";
  report_.findings[0].location.file = "a,b:c.py";
  const std::string shown = github_annotations(report_);
  EXPECT_TRUE(
      shown.starts_with("::error file=services/api/a%2Cb%3Ac.py,line=38,title=windlass type-created-twice::"))
      << shown;
  EXPECT_TRUE(base::contains(shown, "100%25%0Anext"));
  EXPECT_EQ(std::count(shown.begin(), shown.end(), '\n'), static_cast<long>(report_.findings.size()));
}

TEST_F(ReportTest, AnnotationsNameFilesThatGitHubCanFind) {
  report_.git_root = "/ci/repo";
  report_.from_git_root = "services/api";
  const auto file_of = [&](const std::string& file) {
    report_.findings[0].location.file = file;
    const std::string shown = github_annotations(report_);
    return shown.substr(0, shown.find("::", 2));
  };
  EXPECT_EQ(file_of("/ci/repo/shared/1.py"),
            "::error file=shared/1.py,line=38,title=windlass type-created-twice");
  EXPECT_EQ(file_of("../../shared/1.py"),
            "::error file=shared/1.py,line=38,title=windlass type-created-twice");
  EXPECT_EQ(file_of("/usr/lib/x.py"), "::error title=windlass type-created-twice");
  EXPECT_EQ(file_of("/ci/repository/x.py"), "::error title=windlass type-created-twice");
  EXPECT_EQ(file_of("../../../x.py"), "::error title=windlass type-created-twice");
}

TEST_F(ReportTest, WhatWasNotSaidIsNull) {
  report_.findings[0].message.clear();
  EXPECT_TRUE(nlohmann::json::parse(check_json(report_))["findings"][0]["message"].is_null());
  EXPECT_TRUE(nlohmann::json::parse(check_json(report_))["in_repository"].is_null());
  report_.git_root = "/ci/repo";
  EXPECT_EQ(nlohmann::json::parse(check_json(report_))["in_repository"], ".");
  report_.from_git_root = "services/api";
  EXPECT_EQ(nlohmann::json::parse(check_json(report_))["in_repository"], "services/api");
}

TEST_F(ReportTest, ErrorsAreADocumentToo) {
  const auto json = nlohmann::json::parse(
      error_json({"start a server", "/x", "denied\xff", "Try again.", base::Exit::Usage}));
  EXPECT_EQ(json["schema"], "windlass.error/1");
  EXPECT_EQ(json["exit"], 2);
  EXPECT_EQ(json["hint"], "Try again.");
}

TEST_F(ReportTest, ARecordingShowsOutcomesEffectsAndTotals) {
  run_.evidence.recording.sessions.push_back({});
  RecordReport report;
  report.command = {"psql", "-f", "x.sql"};
  report.ended = "exit status 3";
  report.recording = &run_.evidence.recording;
  const std::string shown = record_text(report, {});
  for (const char* part :
       {"failed 42710", "ERROR: type \"mood\" already exists", "-> created type public.mood",
        "psql -f x.sql: exit status 3", "versions/008.py:38", "1 failed"})
    EXPECT_TRUE(base::contains(shown, part)) << part << "\n" << shown;
  record::Recording nothing;
  report.recording = &nothing;
  EXPECT_TRUE(base::contains(record_text(report, {}), "did not connect"));
}

TEST_F(ReportTest, AGraphIsADocument) {
  chain::Problem problem;
  problem.code = "several-heads";
  problem.message = "two";
  problem.fatal = false;
  const auto json = nlohmann::json::parse(graph_json(run_.evidence.chain, {problem}, "."));
  EXPECT_EQ(json["schema"], "windlass.graph/1");
  EXPECT_EQ(json["chain"]["revisions"][1]["parents"], nlohmann::json::array({"007"}));
  EXPECT_EQ(json["problems"][0]["severity"], "warning");
}

RC_GTEST_PROP(PrintableProperty, NoControlCharacterIsLeft, (const std::string& text)) {
  const std::string shown = base::printable(text);
  RC_ASSERT(base::is_utf8(shown));
  for (const char c : shown) RC_ASSERT(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  for (const char c : base::printable_lines(text))
    RC_ASSERT(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
}

RC_GTEST_PROP(WrappedProperty, KeepsEveryWordAndTheWidth, (const std::vector<std::string>& words)) {
  std::string text;
  for (const std::string& word : words) text += base::replace_all(base::printable(word), " ", "") + " ";
  const std::string shown = wrapped(text, "  ", 40);
  RC_ASSERT(base::one_line(shown) == base::one_line(text));
  for (const std::string& line : base::split(shown, '\n'))
    RC_ASSERT(base::display_width(line) <= 40 ||
              std::string(base::trim(line)).find(' ') == std::string::npos);
}

}  // namespace
}  // namespace windlass::report
