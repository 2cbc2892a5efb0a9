// windlass check: settings, one run, the rules, the report, the exit status.
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <map>

#include "base/file.h"
#include "base/interrupt.h"
#include "base/printable.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/scenarios.h"
#include "cli/settings.h"
#include "diagnose/diagnose.h"
#include "record/recording_json.h"
#include "report/check_json.h"
#include "report/check_text.h"
#include "report/github.h"
#include "run/check.h"
#include "scratch/cache.h"
#include "scratch/run_folder.h"

namespace windlass::cli {

namespace {

/// A line per revision while it runs, on a terminal only.
class Progress {
 public:
  explicit Progress(bool on) : on_(on) {}
  void operator()(const run::Step& step) {
    if (!on_) return;
    if (!step.finished) {
      started_ = std::chrono::steady_clock::now();
      std::fprintf(stderr, "  %s ...", base::printable(step.revision).c_str());
      open_ = true;
    } else if (open_) {
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started_;
      std::fprintf(stderr, "\r\x1b[K  %s  %s\n", base::printable(step.revision).c_str(),
                   base::duration_text(took.count()).c_str());
      open_ = false;
    }
  }
  void end() {
    if (open_) std::fputc('\n', stderr);
    open_ = false;
  }

 private:
  bool on_, open_ = false;
  std::chrono::steady_clock::time_point started_;
};

/// Lines of the project's files, each file read once.
diagnose::SourceLines source_of(const std::filesystem::path& project) {
  auto files = std::make_shared<std::map<std::string, std::string>>();
  return [project, files](const base::Location& at) -> std::string {
    auto known = files->find(at.file);
    if (known == files->end()) {
      auto text = base::read_file(project / at.file, size_t{16} << 20);
      known = files->emplace(at.file, text ? *text : std::string()).first;
    }
    if (at.line == 0) return known->second;
    const std::vector<std::string> lines = base::split(known->second, '\n');
    return at.line > 0 && static_cast<size_t>(at.line) <= lines.size()
               ? lines[static_cast<size_t>(at.line) - 1]
               : "";
  };
}

/// The project's folder from the root of its git repository; "" when it is the root, or there is none.
std::string from_git_root(const std::filesystem::path& project) {
  const std::filesystem::path root = base::repository_root(project);
  return root.empty() || root == project ? "" : base::relative_to(project, root);
}

int exit_status(const report::CheckReport& report, const std::string& fail_on) {
  if (report.verdict == diagnose::Verdict::Incomplete) {
    const bool errors =
        std::any_of(report.findings.begin(), report.findings.end(), [](const diagnose::Finding& finding) {
          return !finding.incomplete && finding.severity == diagnose::Severity::Error;
        });
    if (!errors) return static_cast<int>(base::Exit::CouldNotLook);
  }
  if (fail_on == "never") return 0;
  const auto counts = [&](const diagnose::Finding& finding) {
    return finding.severity == diagnose::Severity::Error ||
           (fail_on == "warning" && finding.severity == diagnose::Severity::Warning);
  };
  const bool found = std::any_of(report.findings.begin(), report.findings.end(), counts);
  return found || report.verdict == diagnose::Verdict::Broken ? 1 : 0;
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

  run::CheckSettings settings;
  settings.stage = WINDLASS_TRY(stage_settings(options.place, config, environment, at_hand.project.project));
  settings.stage.environment.dotenv =
      WINDLASS_TRY(read_dotenv(options.env_file, at_hand.project.folder, at_hand.project.project));
  settings.stage.environment.ini_url = at_hand.project.ini_url;
  settings.stage.environment.project_name = at_hand.project.name;
  settings.project = at_hand.project.project;
  settings.folder = at_hand.project.folder;
  settings.config_file = at_hand.project.config_file;
  settings.section = at_hand.project.section;
  settings.interpreter = at_hand.interpreter.program;
  settings.flask = at_hand.project.kind == "flask-migrate";
  settings.servers_apart = config.servers_apart.value_or(false);
  settings.x_arguments = options.x.empty() ? config.x : options.x;
  settings.from = options.from;
  if (!options.to.empty()) settings.to = options.to;
  settings.timeout = WINDLASS_TRY(
      parse_timeout(strongest(options.timeout, environment, "WINDLASS_TIMEOUT", config.timeout)));
  settings.cache = scratch::cache_root(environment);
  const std::vector<run::Scenario> wanted =
      wanted_scenarios(options.scenarios.empty() ? config.scenarios : options.scenarios);
  base::Result<scratch::RunFolder> kept = scratch::RunFolder();
  if (std::count(wanted.begin(), wanted.end(), run::Scenario::Retry) > 0 && !options.place.keep) {
    kept = scratch::RunFolder::make();
    if (!kept) return base::fail(kept.error());
    settings.keep_state = kept->path() / "clean";
  }

  const bool terminal =
      ::isatty(STDERR_FILENO) == 1 && !options.output.quiet && options.output.format == "text";
  Progress progress(terminal);
  run::CheckHooks hooks;
  hooks.on_step = [&](const run::Step& step) { progress(step); };
  run::CheckOutcome outcome = WINDLASS_TRY(run::run_check(settings, hooks));
  progress.end();
  if (outcome.interrupted != 0) return 128 + outcome.interrupted;

  if (!options.place.recording.empty()) {
    const record::RecordingDocument document{
        {"alembic", "upgrade", settings.to}, outcome.evidence.exit_code, outcome.evidence.recording};
    WINDLASS_CHECK(base::write_file(options.place.recording, record::to_json(document)));
  }

  report::CheckReport report;
  report.evidence = &outcome.evidence;
  report.source = source_of(settings.project);
  report.findings = diagnose::diagnose(outcome.evidence, report.source);
  report.verdict = diagnose::verdict_of(outcome.evidence, report.findings);
  if (!wanted.empty()) {
    const int signal = WINDLASS_TRY(add_scenarios(settings, outcome, wanted, terminal, report));
    if (signal != 0) return 128 + signal;
  }
  if (!only.empty())
    std::erase_if(report.findings, [&](const diagnose::Finding& finding) {
      return std::find(only.begin(), only.end(), finding.code) == only.end();
    });
  report.project = options.project;
  report.from_git_root = from_git_root(settings.project);
  report.git_root = base::repository_root(settings.project).string();
  report.place = outcome.place;
  report.interpreter = at_hand.interpreter.found_by;
  report.isolation_because = outcome.no_isolation_because;
  report.psql_line = outcome.psql_line;
  report.end_command = outcome.end_command;
  report.remarks = outcome.evidence.remarks;
  if (!outcome.remark.empty()) report.remarks.push_back(outcome.remark);

  std::string text;
  if (options.output.format == "json") {
    text = report::check_json(report);
  } else if (options.output.format == "github") {
    text = report::github_annotations(report);
  } else {
    const bool to_terminal = options.output.output.empty();
    report::TextStyle style;
    style.colour = to_terminal && use_colour(STDOUT_FILENO, options.output.no_color);
    style.width = to_terminal ? output_width(STDOUT_FILENO) : 96;
    style.verbose = options.output.verbose;
    text = report::check_text(report, style);
  }
  WINDLASS_CHECK(write_result(options.output.output, text));
  return exit_status(report, fail_on);
}

}  // namespace windlass::cli
