// windlass check: settings, one run, the rules, the report, the exit status.
#include <fmt/core.h>

#include <algorithm>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/settings.h"
#include "cli/whole_check.h"
#include "report/check_json.h"
#include "report/check_text.h"
#include "report/status.h"

namespace windlass::cli {

namespace {

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

/// The result in the form that was asked for.
std::string rendered(const report::CheckReport& report, const OutputOptions& output) {
  if (output.format == "json") return report::check_json(report);
  if (output.format == "text") return report::check_text(report, text_style(output));
  return rendered_for(output.format, report);
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

  WholeCheck whole = WINDLASS_TRY(whole_check(options, at_hand, environment, {}));
  if (whole.interrupted != 0) return 128 + whole.interrupted;
  report::CheckReport& report = whole.report;
  const run::CheckOutcome& outcome = whole.checked.first().outcome;
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
  WINDLASS_CHECK(write_result(options.output.output, rendered(report, options.output)));
  return report.exit_status;
}

}  // namespace windlass::cli
