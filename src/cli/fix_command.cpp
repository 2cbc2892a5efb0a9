// windlass fix: mends of the sources, each proven on a copy; shown, then applied where that is wanted.
#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>

#include "base/text.h"
#include "cli/apply_texts.h"
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
  std::vector<std::string> files;
  for (const auto& [file, changed] : run.texts) files.push_back(file);

  // With a terminal the patches are shown first, and the question comes behind them.
  const bool may_ask = text && !options.yes && !options.dry_run && options.output.output.empty() &&
                       ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1 && !files.empty();
  if (options.yes || may_ask) {
    if (!options.force && !files.empty())
      if (auto open = WINDLASS_TRY(uncommitted(run.project, files))) report.uncommitted = std::move(*open);
    if (report.uncommitted.empty() && !files.empty()) {
      if (may_ask) {
        WINDLASS_CHECK(write_result("", report::fix_text(report, text_style(options.output))));
        if (!ask_whether_to_apply(files.size())) return 1;
      }
      WINDLASS_CHECK(apply_texts(run.project, run.before, run.texts));
      report.applied = true;
      if (may_ask) {
        fmt::print("The patches are applied.\n");
        return report.fixed.verdict() == "fixed" ? 0 : 1;
      }
    }
  }
  WINDLASS_CHECK(write_result(options.output.output, text ? report::fix_text(report, text_style(options.output))
                                                          : report::fix_json(report)));
  if (report.verdict == diagnose::Verdict::Incomplete && report.fixed.patches.empty())
    return static_cast<int>(base::Exit::CouldNotLook);
  const std::string verdict = report::verdict_of(report);
  if ((verdict == "nothing" && report.verdict == diagnose::Verdict::Sound) || (verdict == "fixed" && report.applied)) return 0;
  return 1;
}

}  // namespace windlass::cli
