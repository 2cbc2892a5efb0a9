#include "cli/whole_check.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "cli/chain_run.h"
#include "cli/check_repairs.h"
#include "cli/lock_file.h"
#include "cli/repair_scripts.h"
#include "cli/scenarios.h"
#include "cli/servers.h"
#include "cli/source_lines.h"
#include "diagnose/locked.h"
#include "report/github.h"
#include "report/gitlab.h"
#include "report/junit.h"
#include "report/sarif.h"
#include "scratch/run_folder.h"

namespace windlass::cli {

namespace {

/// The suppressions of windlass.toml, with files as findings have them.
std::vector<diagnose::Suppression> suppressions(const Config& config, const std::filesystem::path& project) {
  std::vector<diagnose::Suppression> list = config.suppress;
  for (diagnose::Suppression& one : list) {
    if (!one.file.empty()) one.file = base::relative_to(one.file, project);
    one.at.file = base::relative_to(one.at.file, project);
  }
  return list;
}

/// The project's folder from the root of its git repository; "" when it is the root, or there is none.
std::string from_git_root(const std::filesystem::path& project, const std::filesystem::path& root) {
  return root.empty() || root == project ? "" : base::relative_to(project, root);
}

/// What was done to revisions that the chain's lock knows.
void add_lock(const run::Project& project, const run::Evidence& clean, report::CheckReport& report) {
  if (clean.chain.revisions.empty()) return;
  const std::filesystem::path path = lock_path(project);
  const std::string name = base::relative_to(path, project.project);
  const auto read = read_lock(path, project.project);
  if (read && !*read) return;
  std::vector<diagnose::Finding> findings;
  if (read)
    findings = diagnose::locked_findings((*read)->lock, clean, name);
  else
    findings = {diagnose::lock_unreadable(read.error(), name)};
  int id = 0;
  for (const diagnose::Finding& finding : report.findings) id = std::max(id, finding.id);
  for (diagnose::Finding& finding : findings) {
    finding.id = ++id;
    finding.occurs = {{finding.scenario, finding.case_name}};
    report.findings.push_back(std::move(finding));
  }
}

}  // namespace

std::string rendered_for(const std::string& format, const report::CheckReport& report) {
  if (format == "github") return report::github_annotations(report);
  if (format == "sarif") return report::check_sarif(report);
  if (format == "junit") return report::check_junit(report);
  return report::check_gitlab(report);
}

void add_remark(report::CheckReport& report, const std::string& remark) {
  const std::vector<std::string>& known = report.remarks;
  if (!remark.empty() && std::find(known.begin(), known.end(), remark) == known.end())
    report.remarks.push_back(remark);
}

base::Result<WholeCheck> whole_check(const WholeCheckOptions& options, const ProjectAtHand& at_hand,
                                     const std::vector<std::string>& environment, const WholeCheckHow& how) {
  const Config& config = at_hand.config;
  const ScenariosWanted chosen = WINDLASS_TRY(
      choose_scenarios({options.scenarios, options.all, options.as_role, config.scenarios, config.as_role}));
  const std::vector<std::string> servers = WINDLASS_TRY(wanted_servers(options.place, config, environment));
  WINDLASS_CHECK(fit_for_several(servers, options.place, chosen.names));

  WholeCheck whole;
  whole.settings = WINDLASS_TRY(chain_settings(options, at_hand, environment));
  run::CheckSettings& settings = whole.settings;
  settings.from = options.from;
  if (!options.to.empty()) settings.to = options.to;
  std::vector<run::Scenario> wanted = wanted_scenarios(chosen.names);
  settings.as_role = chosen.as_role;
  settings.deadline = how.deadline;
  settings.tell_libraries = run::walks(wanted);
  base::Result<scratch::RunFolder> kept = scratch::RunFolder();
  if (!wanted.empty()) {
    kept = scratch::RunFolder::make();
    if (!kept) return base::fail(kept.error());
    settings.keep = WINDLASS_TRY(run::kept_for(wanted, kept->path(), options.place.keep));
  }

  const bool terminal = how.progress && ::isatty(STDERR_FILENO) == 1 && !options.output.quiet &&
                        options.output.format == "text";
  report::CheckReport& report = whole.report;
  report.source = source_of(settings.project);
  report.git_root = base::repository_root(settings.project).string();
  report.from_git_root = from_git_root(settings.project, report.git_root);
  // What the tool prints is wanted whole with --verbose: a step from the cache prints nothing.
  const bool reuse = !options.no_cache && !options.output.verbose;
  whole.scripts = WINDLASS_TRY(find_repair_scripts(options.repairs.empty() ? config.repairs : options.repairs,
                                                   std::filesystem::current_path(), settings.project,
                                                   settings.interpreter, environment));
  settings.tell_libraries = settings.tell_libraries || !whole.scripts.empty();
  const ServerCheckOptions each{reuse, options.first, how.keep_past || !whole.scripts.empty(), terminal,
                                options.place.recording};
  whole.checked = WINDLASS_TRY(check_servers(servers, settings, environment, report.source, each));
  whole.interrupted = whole.checked.interrupted;
  if (whole.interrupted != 0) return whole;
  report.servers = whole.checked.lines;
  report.findings = whole.checked.findings;
  report.verdict = whole.checked.verdict;
  const ServerCheck& first = whole.checked.first();
  const run::CheckOutcome& outcome = first.outcome;
  report.evidence = &outcome.evidence;
  report.went_past = first.went_past;
  if (servers.size() > 1) report.clean_verdict = first.verdict;
  for (const ServerCheck& check : whole.checked.ran)
    for (const std::string& remark : check.remarks) add_remark(report, remark);
  run::CheckSettings with_cache = settings;
  with_cache.reuse = reuse;
  std::vector<report::ScenarioLine> not_run;
  if (how.since) {
    whole.since = WINDLASS_TRY(how.since(outcome.evidence, whole.scripts));
    with_cache.proven = whole.since->proven;
    for (const auto& [scenario, because] : whole.since->not_run) {
      std::erase(wanted, scenario);
      report::ScenarioLine line{{}, "not-run"};
      line.outcome.scenario = scenario;
      line.outcome.not_run_because = because;
      not_run.push_back(std::move(line));
    }
  }
  if (!wanted.empty()) {
    whole.interrupted = WINDLASS_TRY(add_scenarios(with_cache, outcome, wanted, terminal, report));
    if (whole.interrupted != 0) return whole;
  }
  if (!whole.scripts.empty() && !(whole.since && whole.since->not_run.contains(run::Scenario::Hybrid))) {
    whole.interrupted =
        WINDLASS_TRY(add_repairs(with_cache, first, whole.scripts, how.every_place, terminal, report));
    if (whole.interrupted != 0) return whole;
  }
  report.scenarios.insert(report.scenarios.end(), not_run.begin(), not_run.end());
  std::stable_sort(report.scenarios.begin(), report.scenarios.end(),
                   [](const auto& a, const auto& b) { return a.outcome.scenario < b.outcome.scenario; });
  report.chain_file = base::relative_to(settings.config_file, settings.project);
  report.project = options.project;
  report.place = outcome.place;
  report.interpreter = at_hand.interpreter.found_by;
  report.isolation_because = outcome.no_isolation_because;
  report.psql_line = outcome.psql_line;
  report.end_command = outcome.end_command;
  if (how.lock) add_lock(at_hand.project, outcome.evidence, report);
  diagnose::suppress(outcome.evidence, report.source, suppressions(config, settings.project), report.findings,
                     with_cache.proven.revisions);
  for (const ServerCheck& check : whole.checked.ran) {
    for (const std::string& remark : check.outcome.evidence.remarks) add_remark(report, remark);
    add_remark(report, check.outcome.remark);
  }
  return whole;
}

}  // namespace windlass::cli
