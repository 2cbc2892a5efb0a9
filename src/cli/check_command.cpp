// windlass check: settings, one run, the rules, the report, the exit status.
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include "base/file.h"
#include "base/text.h"
#include "cli/chain_run.h"
#include "cli/check_repairs.h"
#include "cli/check_servers.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/repair_scripts.h"
#include "cli/scenarios.h"
#include "cli/servers.h"
#include "cli/settings.h"
#include "cli/source_lines.h"
#include "report/check_json.h"
#include "report/check_text.h"
#include "report/github.h"
#include "report/gitlab.h"
#include "report/junit.h"
#include "report/sarif.h"
#include "report/status.h"
#include "scratch/cache.h"
#include "scratch/run_folder.h"

namespace windlass::cli {

namespace {

/// The project's folder from the root of its git repository; "" when it is the root, or there is none.
std::string from_git_root(const std::filesystem::path& project) {
  const std::filesystem::path root = base::repository_root(project);
  return root.empty() || root == project ? "" : base::relative_to(project, root);
}

/// The suppressions of windlass.toml, with files as findings have them.
std::vector<diagnose::Suppression> suppressions(const Config& config, const std::filesystem::path& project) {
  std::vector<diagnose::Suppression> list = config.suppress;
  for (diagnose::Suppression& one : list) {
    if (!one.file.empty()) one.file = base::relative_to(one.file, project);
    one.at.file = base::relative_to(one.at.file, project);
  }
  return list;
}

/// The baseline of --baseline, WINDLASS_BASELINE or windlass.toml; nothing where none is named, or where one
/// is being written.
base::Result<std::optional<report::Baseline>> read_baseline(const CheckOptions& options, const Config& config,
                                                            const std::vector<std::string>& environment) {
  if (!options.write_baseline.empty()) return std::optional<report::Baseline>();
  const std::string file = strongest(options.baseline, environment, "WINDLASS_BASELINE", config.baseline);
  if (file.empty()) return std::optional<report::Baseline>();
  auto text = base::read_file(file);
  if (!text) {
    base::Error error = std::move(text).error();
    error.attempted = "read the baseline";
    error.hint = "`windlass check --write-baseline FILE` writes one.";
    error.exit = base::Exit::Usage;
    return base::fail(std::move(error));
  }
  return std::optional(WINDLASS_TRY(report::parse_baseline(*text, file)));
}

/// What several servers say alike is said once.
void add_remark(report::CheckReport& report, const std::string& remark) {
  const std::vector<std::string>& known = report.remarks;
  if (!remark.empty() && std::find(known.begin(), known.end(), remark) == known.end())
    report.remarks.push_back(remark);
}

/// The result in the form that was asked for.
std::string rendered(const report::CheckReport& report, const OutputOptions& output) {
  if (output.format == "json") return report::check_json(report);
  if (output.format == "github") return report::github_annotations(report);
  if (output.format == "sarif") return report::check_sarif(report);
  if (output.format == "junit") return report::check_junit(report);
  if (output.format == "gitlab") return report::check_gitlab(report);
  return report::check_text(report, text_style(output));
}

}  // namespace

base::Result<int> run_check_command(const CheckOptions& options) {
  const std::vector<std::string> environment = base::current_environment();
  const ProjectAtHand at_hand = WINDLASS_TRY(
      find_project_at_hand({options.project, options.config, options.name, options.python}, environment));
  const Config& config = at_hand.config;
  const std::vector<std::string> only = options.only.empty() ? config.only : options.only;
  const std::string fail_on = strongest(options.fail_on, environment, "WINDLASS_FAIL_ON", config.fail_on);
  if (!fail_on.empty() && fail_on != "error" && fail_on != "warning" && fail_on != "never")
    return base::fail({"read the settings", "fail-on",
                       fmt::format("\"{}\" is none of error, warning, never", fail_on), "",
                       base::Exit::Usage});

  const std::optional<report::Baseline> baseline = WINDLASS_TRY(read_baseline(options, config, environment));

  const ScenariosWanted chosen = WINDLASS_TRY(
      choose_scenarios({options.scenarios, options.all, options.as_role, config.scenarios, config.as_role}));
  const std::vector<std::string> servers = WINDLASS_TRY(wanted_servers(options.place, config, environment));
  WINDLASS_CHECK(fit_for_several(servers, options.place, chosen.names));

  run::CheckSettings settings = WINDLASS_TRY(chain_settings(options, at_hand, environment));
  settings.from = options.from;
  if (!options.to.empty()) settings.to = options.to;
  const std::vector<run::Scenario> wanted = wanted_scenarios(chosen.names);
  settings.as_role = chosen.as_role;
  settings.tell_libraries = run::walks(wanted);
  base::Result<scratch::RunFolder> kept = scratch::RunFolder();
  if (!wanted.empty()) {
    kept = scratch::RunFolder::make();
    if (!kept) return base::fail(kept.error());
    settings.keep = WINDLASS_TRY(run::kept_for(wanted, kept->path(), options.place.keep));
  }

  const bool terminal =
      ::isatty(STDERR_FILENO) == 1 && !options.output.quiet && options.output.format == "text";
  report::CheckReport report;
  report.source = source_of(settings.project);
  // What the tool prints is wanted whole with --verbose: a step from the cache prints nothing.
  const bool reuse = !options.no_cache && !options.output.verbose;
  const std::vector<run::RepairScript> scripts = WINDLASS_TRY(find_repair_scripts(
      options.repairs.empty() ? config.repairs : options.repairs, std::filesystem::current_path(),
      settings.project, settings.interpreter, environment));
  const ServerCheckOptions each{reuse, options.first, !scripts.empty(), terminal, options.place.recording};
  const ServersChecked checked =
      WINDLASS_TRY(check_servers(servers, settings, environment, report.source, each));
  if (checked.interrupted != 0) return 128 + checked.interrupted;
  report.servers = checked.lines;
  report.findings = checked.findings;
  report.verdict = checked.verdict;
  const ServerCheck& first = checked.first();
  const run::CheckOutcome& outcome = first.outcome;
  report.evidence = &outcome.evidence;
  report.went_past = first.went_past;
  if (servers.size() > 1) report.clean_verdict = first.verdict;
  for (const ServerCheck& check : checked.ran)
    for (const std::string& remark : check.remarks) add_remark(report, remark);
  if (!wanted.empty()) {
    const int signal = WINDLASS_TRY(add_scenarios(settings, outcome, wanted, terminal, report));
    if (signal != 0) return 128 + signal;
  }
  if (!scripts.empty()) {
    run::CheckSettings with_cache = settings;
    with_cache.reuse = reuse;
    const int signal = WINDLASS_TRY(add_repairs(with_cache, first, scripts, terminal, report));
    if (signal != 0) return 128 + signal;
  }
  diagnose::suppress(outcome.evidence, report.source, suppressions(config, settings.project),
                     report.findings);
  if (baseline) report.baseline = report::apply_baseline(*baseline, outcome.evidence, report.findings);
  if (!options.write_baseline.empty()) {
    const std::string text = report::baseline_json(report.findings);
    WINDLASS_CHECK(base::write_file(options.write_baseline, text));
    // From now on they are known: the check that writes them does not fail on them.
    (void)report::apply_baseline(WINDLASS_TRY(report::parse_baseline(text, options.write_baseline)),
                                 outcome.evidence, report.findings);
    report.remarks.push_back("The baseline was written to " + options.write_baseline + ".");
  }
  const std::vector<diagnose::Finding> all = report.findings;
  if (!only.empty())
    std::erase_if(report.findings, [&](const diagnose::Finding& finding) {
      return std::find(only.begin(), only.end(), finding.code) == only.end();
    });
  if (!fail_on.empty()) report.fail_on = fail_on;
  report.exit_status = report::exit_status(report.verdict, all, report.findings, report.fail_on);
  report.chain_file = base::relative_to(settings.config_file, settings.project);
  report.project = options.project;
  report.from_git_root = from_git_root(settings.project);
  report.git_root = base::repository_root(settings.project).string();
  report.place = outcome.place;
  report.interpreter = at_hand.interpreter.found_by;
  report.isolation_because = outcome.no_isolation_because;
  report.psql_line = outcome.psql_line;
  report.end_command = outcome.end_command;
  for (const ServerCheck& check : checked.ran) {
    for (const std::string& remark : check.outcome.evidence.remarks) add_remark(report, remark);
    add_remark(report, check.outcome.remark);
  }

  WINDLASS_CHECK(write_result(options.output.output, rendered(report, options.output)));
  return report.exit_status;
}

}  // namespace windlass::cli
