#include "cli/main.h"

#include <fmt/core.h>
#include <unistd.h>

#include <exception>

#include "base/interrupt.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "report/check_json.h"
#include "report/github.h"
#include "report/gitlab.h"
#include "report/junit.h"
#include "report/sarif.h"

namespace windlass::cli {

namespace {

template <typename... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <typename... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

base::Result<int> dispatch(const Invocation& invocation) {
  return std::visit(
      Overloaded{[](const CheckOptions& options) { return run_check_command(options); },
                 [](const FixOptions& options) { return run_fix_command(options); },
                 [](const ProveOptions& options) { return run_prove_command(options); },
                 [](const VerifyOptions& options) { return run_verify_command(options); },
                 [](const RecordOptions& options) { return run_record_command(options); },
                 [](const GraphOptions& options) { return run_graph_command(options); },
                 [](const SnapshotOptions& options) { return run_snapshot_command(options); },
                 [](const DiffOptions& options) { return run_diff_command(options); },
                 [](const DriftOptions& options) { return run_drift_command(options); },
                 [](const ExplainOptions& options) { return run_explain_command(options); },
                 [](const DoctorOptions& options) { return run_doctor_command(options); },
                 [](const InitOptions& options) { return run_init_command(options); },
                 [](const CompletionOptions& options) { return run_completion_command(options); },
                 [](const ShowText& options) -> base::Result<int> {
                   WINDLASS_CHECK(write_result("", options.text));
                   return 0;
                 }},
      invocation);
}

int fail_with(const base::Error& error, int argc, char** argv) {
  if (base::interrupted() != 0) return 128 + base::interrupted();
  const std::string format = wanted_format(argc, argv);
  if (format == "json") (void)write_result("", report::error_json(error));
  if (format == "github") (void)write_result("", report::github_annotation(error));
  if (format == "sarif") (void)write_result("", report::error_sarif(error));
  if (format == "junit") (void)write_result("", report::error_junit(error));
  if (format == "gitlab") (void)write_result("", report::error_gitlab(error));
  fmt::print(stderr, "windlass: {}\n", base::describe(error));
  return static_cast<int>(error.exit);
}

}  // namespace

int run(int argc, char** argv) {
  base::catch_signals();
  try {
    const auto invocation = parse_command_line(argc, argv);
    if (!invocation) return fail_with(invocation.error(), argc, argv);
    const auto status = dispatch(*invocation);
    return status ? *status : fail_with(status.error(), argc, argv);
  } catch (const std::exception& defect) {
    return fail_with(
        {"go on", "windlass itself", defect.what(),
         "This is a defect of windlass: please report it with the command line.", base::Exit::Defect},
        argc, argv);
  }
}

}  // namespace windlass::cli
