#include "report/check_text.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/printable.h"
#include "base/text.h"
#include "report/finding_text.h"
#include "report/groups.h"
#include "report/servers.h"

namespace windlass::report {

namespace {

using diagnose::Finding;
using diagnose::Severity;

/// "2 errors, 1 warning, 3 that follow, 40 known, 1 suppressed".
std::string counts(const CheckReport& report, const std::vector<Group>& groups) {
  const auto roots = [&](bool incomplete, Severity severity) {
    return static_cast<size_t>(std::count_if(groups.begin(), groups.end(), [&](const Group& group) {
      return group.root->incomplete == incomplete && (incomplete || group.root->severity == severity);
    }));
  };
  const auto all = [&](auto holds) {
    return static_cast<size_t>(std::count_if(report.findings.begin(), report.findings.end(), holds));
  };
  std::vector<std::string> parts;
  const auto add = [&](size_t n, std::string_view one, std::string_view many) {
    if (n > 0) parts.push_back(base::count_of(n, one, many));
  };
  size_t followers = 0;
  for (const Group& group : groups) followers += group.followers.size();
  add(roots(false, Severity::Error), "error", "errors");
  add(roots(false, Severity::Warning), "warning", "warnings");
  add(roots(true, Severity::Error), "obstacle", "obstacles");
  add(followers, "that follows", "that follow");
  add(all([](const Finding& f) { return !f.suppressed && f.known.value_or(false); }), "known", "known");
  add(all([](const Finding& f) { return f.suppressed.has_value(); }), "suppressed", "suppressed");
  return base::join(parts, ", ");
}

std::string sound_in_words(const CheckReport& report) {
  if (report.servers.size() > 1)
    return fmt::format("the chain is sound on a clean database of PostgreSQL {}", servers_that_ran(report));
  // What was not run says nothing, as long as something was; where windlass itself failed, it may have.
  bool ran = false, all = true;
  for (const ScenarioLine& line : report.scenarios) {
    ran = ran || line.verdict == "passed";
    all = all && line.verdict != "failed" && !line.outcome.could_not_look;
  }
  return !ran || !all ? "the chain is sound on a clean database"
                      : "the chain is sound in every scenario that was run";
}

std::string headline(const CheckReport& report, const std::vector<Group>& groups, const Paint& paint) {
  const std::string found = counts(report, groups);
  const std::string tail = found.empty() ? std::string() : " - " + found;
  const std::string name = base::printable(report.project);
  switch (report.verdict) {
    case diagnose::Verdict::Sound:
      return fmt::format("{}: {}{}\n", name, paint.green(sound_in_words(report)), tail);
    case diagnose::Verdict::Broken:
      return fmt::format("{}: {}{}\n", name, paint.red("the chain is broken"), tail);
    case diagnose::Verdict::Incomplete:
      return fmt::format("{}: {}{}\n", name, paint.yellow("incomplete: windlass could not look at all of it"),
                         tail);
  }
  return {};
}

/// What does not count, a line each: the suppressed ones with their reason, those of the baseline with
/// --verbose.
void add_accepted(std::string& text, const CheckReport& report, const TextStyle& style, const Paint& paint) {
  std::string suppressed, known;
  for (const Finding& finding : report.findings) {
    if (finding.suppressed)
      suppressed += fmt::format("  {}: {} ({})\n", named(finding),
                                base::printable(base::one_line(finding.suppressed->reason)),
                                base::printable(to_string(finding.suppressed->location)));
    else if (finding.known.value_or(false) && style.verbose)
      known += "  " + named(finding) + "\n";
  }
  if (!suppressed.empty()) text += "\n" + paint.bold("Suppressed") + "\n" + suppressed;
  if (!known.empty()) text += "\n" + paint.bold("Known (in the baseline)") + "\n" + known;
  const bool nothing_counts = std::none_of(
      report.findings.begin(), report.findings.end(),
      [](const Finding& f) { return f.counts() && f.severity == Severity::Error && !f.incomplete; });
  const bool accepted = std::any_of(report.findings.begin(), report.findings.end(),
                                    [](const Finding& f) { return !f.counts(); });
  if (report.verdict == diagnose::Verdict::Broken && nothing_counts && accepted)
    text +=
        "\n" +
        wrapped(
            "The chain stays broken, but every error of it is suppressed or in the baseline: none counts.",
            "", style.width);
}

std::string tool_line(const run::Evidence& evidence, const CheckReport& report) {
  std::vector<std::string> parts;
  // Worth a word only where the two differ, as they do for root.
  const std::string &server = evidence.server_user, &project = evidence.tool.user;
  const bool differ = !server.empty() && !project.empty() && server != project;
  // Several have their own lines.
  if (!report.place.empty() && report.servers.size() < 2)
    parts.push_back(with_note(report.place, differ ? "as " + server : ""));
  if (!evidence.tool.python.empty())
    parts.push_back(with_note("Python " + evidence.tool.python + " (" + report.interpreter + ")",
                              differ ? "as " + project : ""));
  if (!evidence.tool.alembic.empty()) parts.push_back("Alembic " + evidence.tool.alembic);
  if (!evidence.tool.sqlalchemy.empty()) parts.push_back("SQLAlchemy " + evidence.tool.sqlalchemy);
  if (!evidence.tool.driver.empty()) parts.push_back(evidence.tool.driver);
  return base::printable(base::join(parts, ", "));
}

std::string isolation_line(const run::Evidence& evidence, const CheckReport& report) {
  if (evidence.isolation == run::Isolation::Namespace)
    return "No other database could be reached: the project ran in a network namespace of its own.";
  return fmt::format(
      "The project's drivers were led to the scratch database, but nothing closed it in ({}): "
      "a program of its own could have reached another server.",
      report.isolation_because);
}

/// A line for each revision that was begun.
void add_revisions(std::string& text, const run::Evidence& evidence) {
  for (const run::Step& step : evidence.steps) {
    const size_t statements = static_cast<size_t>(std::count_if(
        evidence.recording.statements.begin(), evidence.recording.statements.end(),
        [&](const record::Statement& statement) { return statement.source.revision == step.revision; }));
    const std::string took =
        step.finished ? base::duration_text(step.ended - step.started) : std::string("stopped");
    const std::string back = step.direction == "upgrade" ? "" : ", " + step.direction;
    text += fmt::format("  {}  {} ({}{})\n", base::printable(step.revision), took,
                        base::count_of(statements, "statement"), back);
  }
}

/// How often env.py ran the chain: once for each database, or schema, of several.
size_t times_run(const run::Evidence& evidence) {
  std::map<std::string, size_t> finished;
  size_t most = 0;
  for (const run::Step& step : evidence.steps)
    if (step.finished && step.direction == "upgrade") most = std::max(most, ++finished[step.revision]);
  return most;
}

/// Why cases were not run: what they are equal to.
const char* equal_words(run::Scenario scenario) {
  if (scenario == run::Scenario::Splits) return "equal to the next, not run";
  if (scenario == run::Scenario::Populated) return "meeting no row, not run";
  if (scenario == run::Scenario::Replay) return "equal to one before, not run";
  return "of a state that was run already";
}

std::string scenario_words(const ScenarioLine& line) {
  const run::ScenarioOutcome& outcome = line.outcome;
  const std::string before =
      outcome.proven.empty() ? "" : base::count_of(outcome.proven.size(), "case") + " proven before";
  if (outcome.cases == 0 && outcome.not_run_because.empty() && !before.empty()) return before;
  if (outcome.cases == 0) return outcome.not_run_because;
  std::string not_run;
  if (outcome.equal != 0) not_run = fmt::format(" ({} {})", outcome.equal, equal_words(outcome.scenario));
  if (outcome.cached != 0) not_run += fmt::format(", {} of them from the cache", outcome.cached);
  std::string words =
      fmt::format("{}{}, {}, {}", base::count_of(outcome.cases, "case"), not_run,
                  base::count_of(outcome.statements, "statement"), base::duration_text(outcome.seconds));
  if (!before.empty()) words += "; " + before;
  if (!outcome.failed.empty()) words += ", stopped in " + outcome.failed;
  if (!outcome.not_run_because.empty()) words += ": " + outcome.not_run_because;
  if (!outcome.left_out.empty())
    words += fmt::format("; {} left out ({}: {})", outcome.left_out.size(), outcome.left_out.front().name,
                         outcome.left_out.front().because);
  if (!outcome.not_populated.empty()) {
    std::vector<std::string> tables;
    for (const run::NotPopulated& each : outcome.not_populated)
      tables.push_back(fmt::format("{} ({})", each.table, base::shorten(each.because, 200)));
    words += "; not populated: " + base::join(tables, ", ");
  }
  return words;
}

/// A line for each scenario but the clean one, which the totals are about.
void add_scenarios(std::string& text, const CheckReport& report, const TextStyle& style) {
  const bool only_clean =
      std::all_of(report.scenarios.begin(), report.scenarios.end(), [](const ScenarioLine& line) {
        return line.outcome.scenario == run::Scenario::Repairs ||
               line.outcome.scenario == run::Scenario::Hybrid;
      });
  if (only_clean)
    text += wrapped(
        fmt::format(
            "Only the upgrade of an empty database was run, once{} (scenario \"clean\"); no downgrade, "
            "no data, no start from an older revision.",
            report.servers.size() > 1 ? " on each" : ""),
        "", style.width);
  if (report.scenarios.empty()) return;
  text += "Further scenarios:\n";
  size_t width = 10;
  for (const ScenarioLine& line : report.scenarios)
    width = std::max(width, run::to_string(line.outcome.scenario).size());
  for (const ScenarioLine& line : report.scenarios) {
    const std::string label =
        fmt::format("  {:<{}}  {:<7}  ", run::to_string(line.outcome.scenario), width, line.verdict);
    text +=
        label + wrapped(base::printable(scenario_words(line)), std::string(label.size(), ' '), style.width)
                    .substr(label.size());
  }
}

/// How far a run came, and past how many failures it went on.
std::string run_in_words(const run::Evidence& evidence, const std::optional<run::WentPast>& went_past) {
  const size_t applied = applied_revisions(evidence).size();
  const std::string failed = failed_revision(evidence);
  std::string line =
      fmt::format("{} of {} ran", applied, base::count_of(evidence.chain.revisions.size(), "revision"));
  if (const size_t times = times_run(evidence); times > 1) line += fmt::format(", {} times", times);
  if (const size_t kept = from_cache(evidence); kept > 0) line += fmt::format(" ({} from the cache)", kept);
  if (!failed.empty()) line += ", stopped in " + base::printable(failed);
  line += fmt::format("; {}, {}.", base::count_of(evidence.recording.statements.size(), "statement"),
                      base::duration_text(evidence.seconds));
  if (applied > 0 && evidence.versions.empty() && !failed.empty() &&
      !evidence.settings.transaction_per_migration)
    line += " They ran in one transaction: the failure took them all back.";
  else if (applied > 0 && !failed.empty() && !evidence.versions.empty())
    line +=
        fmt::format(" The database was left at {}.", base::printable(base::join(evidence.versions, ", ")));
  if (!went_past) return line;
  const std::string past =
      went_past->failures > 1
          ? fmt::format("Run again past {} failures, as if each had been mended", went_past->failures)
          : std::string("Run again past this failure, as if it had been mended");
  return line + " " + past +
         (!went_past->to_the_end    ? "; it did not come to the end of the chain."
          : went_past->failures > 1 ? ", to the end of the chain."
                                    : ": no other was met.");
}

/// A line for each of several servers.
void add_servers(std::string& text, const CheckReport& report, const TextStyle& style) {
  const auto ran = std::count_if(report.servers.begin(), report.servers.end(),
                                 [](const ServerLine& line) { return line.evidence != nullptr; });
  text += fmt::format("The chain was run on {} of {} servers:\n", ran, report.servers.size());
  for (const ServerLine& line : report.servers) {
    const std::string name = line.version.empty() ? line.wanted : "PostgreSQL " + line.version;
    std::string label = fmt::format("  {:<16}  {:<7}  ", base::printable(name), line.verdict);
    const std::string words =
        line.evidence == nullptr ? line.because : run_in_words(*line.evidence, line.went_past);
    std::string indent(label.size(), ' ');
    if (label.size() > style.width / 2) {  // a long folder's name leaves no room beside it
      label = fmt::format("  {}  {}\n    ", base::printable(name), line.verdict);
      indent = "    ";
    }
    text += label + wrapped(base::printable(words), indent, style.width).substr(indent.size());
  }
}

void add_totals(std::string& text, const CheckReport& report, const TextStyle& style) {
  const run::Evidence& evidence = *report.evidence;
  text += "\n";
  if (style.verbose) add_revisions(text, evidence);
  if (report.servers.size() > 1)
    add_servers(text, report, style);
  else
    text += wrapped(run_in_words(evidence, report.went_past), "", style.width);
  if (const std::string tools = tool_line(evidence, report); !tools.empty())
    text += wrapped(tools, "", style.width);
  text += wrapped(isolation_line(evidence, report), "", style.width);
  add_scenarios(text, report, style);
  if (report.baseline)
    if (const std::string remark = baseline_remark(*report.baseline); !remark.empty())
      text += wrapped("Note: " + base::printable(remark), "", style.width);
  for (const std::string& remark : report.remarks)
    text += wrapped("Note: " + base::printable(remark), "", style.width);
  if (!report.psql_line.empty()) text += "Kept: " + report.psql_line + "\n";
  if (!report.end_command.empty()) text += "End it with: " + report.end_command + "\n";
}

}  // namespace

std::string with_note(std::string text, const std::string& note) {
  if (note.empty() || !text.ends_with(')')) return text;
  text.pop_back();
  return text + ", " + note + ")";
}

std::vector<std::string> applied_revisions(const run::Evidence& evidence) {
  std::vector<std::string> applied;
  for (const run::Step& step : evidence.steps)
    if (step.finished && step.direction == "upgrade" &&
        std::find(applied.begin(), applied.end(), step.revision) == applied.end())
      applied.push_back(step.revision);
  return applied;
}

size_t from_cache(const run::Evidence& evidence) {
  return static_cast<size_t>(std::count_if(evidence.steps.begin(), evidence.steps.end(),
                                           [](const run::Step& step) { return step.from_cache; }));
}

std::string failed_revision(const run::Evidence& evidence) {
  for (const run::Step& step : evidence.steps)
    if (!step.finished) return step.revision;
  return {};
}

std::string check_text(const CheckReport& report, const TextStyle& style) {
  const Paint paint(style.colour);
  return headline(report, grouped(report.findings), paint) + check_text_below(report, style);
}

std::string check_text_below(const CheckReport& report, const TextStyle& style) {
  const Paint paint(style.colour);
  const std::vector<Group> groups = grouped(report.findings);
  std::string text;
  for (const Group& group : groups) text += group_text(report, group, style, paint);
  add_accepted(text, report, style, paint);
  const run::Evidence& evidence = *report.evidence;
  // What the tool itself said is never lost when it failed.
  const bool show = style.verbose || (report.verdict != diagnose::Verdict::Sound && report.findings.empty());
  if (show && !(evidence.out.empty() && evidence.err.empty())) {
    text += "\n" + paint.bold("The tool's own output") + "\n";
    for (const std::string& line : base::split(base::trim(evidence.out + evidence.err), '\n'))
      text += "  | " + base::printable(line) + "\n";
  }
  add_totals(text, report, style);
  return text;
}

}  // namespace windlass::report
