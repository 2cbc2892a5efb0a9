#include "report/junit.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "report/repository_path.h"
#include "report/servers.h"
#include "report/where_found.h"

namespace windlass::report {

namespace {

using diagnose::Finding;
using diagnose::Severity;

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

struct TestCase {
  std::string name;
  std::string file;  ///< from the root of the repository; may be empty
  double seconds = 0;
  std::vector<const Finding*> failures, errors, others;
  std::string error;    ///< of none of the findings
  std::string skipped;  ///< why it was not run
};

std::string escaped(const std::string& text, bool in_attribute) {
  const std::string valid = base::valid_utf8(text);
  std::string out;
  for (size_t at = 0; at < valid.size(); ++at) {
    const char c = valid[at];
    const std::string_view three = std::string_view(valid).substr(at, 3);
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == '\r' || (in_attribute && (c == '\n' || c == '\t'))) {
      out += fmt::format("&#{};", static_cast<int>(c));
    } else if (c != '\n' && c != '\t' && static_cast<unsigned char>(c) < 0x20) {
      out += kReplacement;
    } else if (three == "\xef\xbf\xbe" || three == "\xef\xbf\xbf") {  // U+FFFE, U+FFFF
      out += kReplacement;
      at += 2;
    } else {
      out += c;
    }
  }
  return out;
}

std::string attribute(std::string_view name, const std::string& value) {
  return fmt::format(" {}=\"{}\"", name, escaped(value, true));
}

std::string details(const CheckReport& report, const Finding& finding) {
  std::string words = fmt::format("{} {}", diagnose::to_string(finding.severity), finding.code);
  if (finding.location.known()) words += " at " + base::to_string(finding.location);
  if (finding.suppressed) words += fmt::format(" (suppressed: {})", finding.suppressed->reason);
  if (finding.known.value_or(false)) words += " (in the baseline)";
  words += "\n" + cause_with_servers(report, finding) + "\n";
  if (!finding.message.empty()) words += "Said: " + finding.message + "\n";
  if (const std::string where = where_found(finding); !where.empty()) words += where + "\n";
  for (const diagnose::Exhibit& exhibit : finding.evidence)
    if (exhibit.location.known())
      words += fmt::format("  {}  {}  {}\n", base::to_string(exhibit.location), exhibit.effect,
                           exhibit.statement.empty() ? exhibit.note : exhibit.statement);
  if (!finding.fix.summary.empty()) words += finding.fix.summary + "\n";
  return words + "More: windlass explain " + finding.code + "\n";
}

/// One element for all of them: most readers look at the first alone.
std::string element(std::string_view name, const CheckReport& report,
                    const std::vector<const Finding*>& findings) {
  if (findings.empty()) return {};
  const Finding& first = *findings.front();
  std::string message = cause_with_servers(report, first);
  if (findings.size() > 1) message += fmt::format(" (and {} more)", findings.size() - 1);
  std::string body;
  for (const Finding* finding : findings) body += (body.empty() ? "" : "\n") + details(report, *finding);
  return fmt::format("      <{0}{1}{2}>{3}</{0}>\n", name, attribute("message", message),
                     attribute("type", first.code), xml_text(body));
}

std::string rendered(const CheckReport& report, const TestCase& test, const std::string& suite) {
  std::string text = "    <testcase" + attribute("classname", suite) + attribute("name", test.name);
  if (!test.file.empty()) text += attribute("file", test.file);
  text += fmt::format(" time=\"{:.3f}\">\n", test.seconds);
  if (!test.error.empty())
    text += fmt::format("      <error{} type=\"incomplete\"/>\n", attribute("message", test.error));
  text += element("error", report, test.errors);
  // One outcome each: an error says that there is none.
  if (test.errors.empty() && test.error.empty()) text += element("failure", report, test.failures);
  if (!test.skipped.empty()) text += fmt::format("      <skipped{}/>\n", attribute("message", test.skipped));
  std::string rest;
  if (!test.errors.empty() || !test.error.empty())
    for (const Finding* finding : test.failures) rest += details(report, *finding);
  for (const Finding* finding : test.others) rest += details(report, *finding);
  if (!rest.empty()) text += fmt::format("      <system-out>{}</system-out>\n", xml_text(rest));
  return text + "    </testcase>\n";
}

std::string document(const CheckReport& report, const std::string& suite, const std::vector<TestCase>& tests,
                     double seconds) {
  size_t failures = 0, errors = 0, skipped = 0;
  std::string body;
  for (const TestCase& test : tests) {
    const bool error = !test.errors.empty() || !test.error.empty();
    errors += error ? 1 : 0;
    failures += !error && !test.failures.empty() ? 1 : 0;
    skipped += test.skipped.empty() ? 0 : 1;
    body += rendered(report, test, suite);
  }
  const std::string counts =
      fmt::format(" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\"", tests.size(),
                  failures, errors, skipped, seconds);
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"windlass\"{0}>\n"
      "  <testsuite{1}{0}>\n{2}  </testsuite>\n</testsuites>\n",
      counts, attribute("name", suite), body);
}

void place(TestCase& test, const Finding& finding, const std::string& fail_on) {
  const bool serious =
      finding.severity == Severity::Error || (fail_on == "warning" && finding.severity == Severity::Warning);
  if (finding.incomplete)
    test.errors.push_back(&finding);
  else if (serious && finding.counts())
    test.failures.push_back(&finding);
  else
    test.others.push_back(&finding);
}

}  // namespace

std::string xml_text(const std::string& text) { return escaped(text, false); }
std::string xml_attribute(const std::string& text) { return escaped(text, true); }

std::string check_junit(const CheckReport& report) {
  const run::Evidence& evidence = *report.evidence;
  const std::string suite = fmt::format("windlass.{}", evidence.scenario);
  std::vector<TestCase> tests;
  TestCase chain;
  chain.name = "chain";
  chain.file = in_repository(report.chain_file, report);
  const std::string stopped = failed_revision(evidence);
  const std::vector<std::string> applied = applied_revisions(evidence);
  std::vector<bool> told(report.findings.size());
  for (const chain::Revision& revision : evidence.chain.revisions) {
    TestCase test;
    test.name = revision.title.empty() ? revision.id : revision.id + " " + revision.title;
    test.file = in_repository(revision.file, report);
    for (const run::Step& step : evidence.steps)
      if (step.revision == revision.id && step.finished) test.seconds += step.ended - step.started;
    for (size_t i = 0; i < report.findings.size(); ++i) {
      if (told[i] || report.findings[i].revision != revision.id || report.findings[i].scenario != "clean")
        continue;
      told[i] = true;
      place(test, report.findings[i], report.fail_on);
    }
    const bool ran = std::find(applied.begin(), applied.end(), revision.id) != applied.end();
    if (!ran && test.failures.empty() && test.errors.empty())
      test.skipped = revision.id == stopped ? "it did not end; what stopped it is said elsewhere"
                     : stopped.empty()      ? "it was not run"
                                            : "the run ended before it, in " + stopped;
    tests.push_back(std::move(test));
  }
  for (const ScenarioLine& line : report.scenarios) {
    TestCase test;
    test.name = "scenario " + run::to_string(line.outcome.scenario);
    test.file = chain.file;
    test.seconds = line.outcome.seconds;
    for (size_t i = 0; i < report.findings.size(); ++i) {
      if (told[i] || report.findings[i].scenario != run::to_string(line.outcome.scenario)) continue;
      told[i] = true;
      place(test, report.findings[i], report.fail_on);
    }
    if (line.verdict == "not-run")
      test.skipped = line.outcome.not_run_because.empty() ? "it was not run" : line.outcome.not_run_because;
    tests.push_back(std::move(test));
  }
  for (size_t i = 0; i < report.findings.size(); ++i)
    if (!told[i]) place(chain, report.findings[i], report.fail_on);
  if (report.verdict == diagnose::Verdict::Incomplete && chain.errors.empty())
    chain.error = base::join({"incomplete: windlass could not look at all of the chain",
                              base::join(servers_not_run(report), "; ")},
                             servers_not_run(report).empty() ? "" : ": ");
  tests.insert(tests.begin(), std::move(chain));
  return document(report, suite, tests, evidence.seconds);
}

std::string error_junit(const base::Error& error) {
  TestCase test;
  test.name = "windlass";
  test.error = base::describe(error);
  return document(CheckReport(), "windlass", {test}, 0);
}

}  // namespace windlass::report
