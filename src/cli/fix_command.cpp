// windlass fix: mends of the sources, each proven on a copy; shown, then applied where that is wanted.
#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>

#include "base/text.h"
#include "cli/apply_changes.h"
#include "cli/commands.h"
#include "cli/fix_loop.h"
#include "cli/output.h"
#include "report/fix_report.h"

namespace windlass::cli {

namespace {

bool ask_whether_to_apply(size_t files) {
  fmt::print(stderr, "Apply the patches to {}? [y/N] ", base::count_of(files, "file"));
  std::fflush(stderr);
  char line[64] = {};
  return std::fgets(line, sizeof line, stdin) != nullptr && (line[0] == 'y' || line[0] == 'Y');
}

int exit_status_of(const report::FixReport& report) {
  if (report.verdict == diagnose::Verdict::Incomplete && report.fixed.patches.empty())
    return static_cast<int>(base::Exit::CouldNotLook);
  const std::string verdict = report::verdict_of(report);
  const bool done = (verdict == "nothing" && report.verdict == diagnose::Verdict::Sound) ||
                    (verdict == "fixed" && report.applied);
  return static_cast<int>(done ? base::Exit::Nothing : base::Exit::Findings);
}

/// The result in the form that was asked for.
std::string rendered(const report::FixReport& report, const OutputOptions& output) {
  if (output.format == "json") return report::fix_json(report);
  if (output.format == "sarif") return report::fix_sarif(report);
  if (output.format == "github") return report::fix_github(report);
  return report::fix_text(report, text_style(output));
}

}  // namespace

base::Result<int> run_fix_command(const FixOptions& options) {
  const std::vector<std::string> environment = base::current_environment();
  const ProjectAtHand at_hand = WINDLASS_TRY(
      find_project_at_hand({options.project, options.config, options.name, options.python}, environment));
  const bool text = options.output.format == "text";
  const bool progress = text && !options.output.quiet && ::isatty(STDERR_FILENO) == 1;
  FixRun run = WINDLASS_TRY(find_mends(options, at_hand, environment, [&](const std::string& what) {
    if (progress) fmt::print(stderr, "{} ...\n", what);
  }));
  if (run.interrupted != 0) return 128 + run.interrupted;

  report::FixReport report;
  report.project = options.project;
  report.fixed = std::move(run.fixed);
  report.verdict = run.verdict;
  report.remarks = run.remarks;
  report.quiet = options.output.quiet;
  report.git_root = run.git_root;
  report.from_git_root = run.from_git_root;
  std::vector<std::string> files;
  for (const fix::FileChange& each : report.fixed.files) files.push_back(each.file);

  // With a terminal the patches are shown first, and the question comes behind them.
  const bool may_ask = text && !options.yes && !options.dry_run && options.output.output.empty() &&
                       ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1 && !files.empty();
  if (options.yes || may_ask) {
    if (!options.force && !files.empty())
      if (auto open = WINDLASS_TRY(uncommitted(run.project, files))) report.uncommitted = std::move(*open);
    if (report.uncommitted.empty() && !files.empty()) {
      if (may_ask) {
        report.asking = true;
        WINDLASS_CHECK(write_result("", report::fix_text(report, text_style(options.output))));
        if (!ask_whether_to_apply(files.size())) return 1;
      }
      WINDLASS_CHECK(apply_changes(run.project, report.fixed.files));
      report.applied = true;
      if (may_ask) {
        fmt::print("The patches are applied.\n");
        return exit_status_of(report);
      }
    }
  }
  report.exit_status = exit_status_of(report);
  WINDLASS_CHECK(write_result(options.output.output, rendered(report, options.output)));
  return report.exit_status;
}

}  // namespace windlass::cli
