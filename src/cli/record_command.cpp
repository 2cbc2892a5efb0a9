// windlass record -- COMMAND...
#include <fmt/core.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/servers.h"
#include "cli/settings.h"
#include "record/lost_work.h"
#include "record/recording_json.h"
#include "report/record_text.h"
#include "run/record_run.h"

namespace windlass::cli {

base::Result<int> run_record_command(const RecordOptions& options) {
  const std::vector<std::string> environment = base::current_environment();
  const Config config = WINDLASS_TRY(read_config("."));
  WINDLASS_CHECK(
      only_one_server(WINDLASS_TRY(wanted_servers(options.place, config, environment)), "windlass record"));
  run::StageSettings settings = WINDLASS_TRY(stage_settings(options.place, config, environment, "."));
  std::error_code code;
  settings.environment.project_name = std::filesystem::current_path(code).filename().string();
  settings.environment.dotenv = WINDLASS_TRY(read_dotenv(options.env_file, ".", "."));
  const auto timeout = WINDLASS_TRY(
      parse_timeout(strongest(options.timeout, environment, "WINDLASS_TIMEOUT", config.timeout)));
  run::RecordOutcome outcome =
      WINDLASS_TRY(run::run_recorded(settings, {options.command, std::nullopt, {}, true}, timeout));
  if (outcome.interrupted != 0) return 128 + outcome.interrupted;

  const int exit = outcome.status.signal != 0 ? 128 + outcome.status.signal : outcome.status.code;
  const record::RecordingDocument document{options.command, exit, std::move(outcome.recording)};
  if (!options.place.recording.empty())
    WINDLASS_CHECK(base::write_file(options.place.recording, record::to_json(document)));
  if (options.output.format == "json") {
    WINDLASS_CHECK(write_result(options.output.output, record::to_json(document)));
  } else {
    report::RecordReport report;
    report.command = options.command;
    report.ended = to_string(outcome.status);
    report.recording = &document.recording;
    report.place = outcome.place;
    report.server_user = outcome.server_user;
    report.user = outcome.user;
    report.seconds = outcome.seconds;
    if (!outcome.no_isolation_because.empty())
      report.isolation = fmt::format("Nothing closed it in ({}): it could have reached another server.",
                                     outcome.no_isolation_because);
    report.psql_line = outcome.psql_line;
    report.end_command = outcome.end_command;
    if (outcome.timed_out)
      report.remarks.push_back("The command was ended: it took longer than --timeout allows.");
    for (const std::string& sentence : outcome.self_check)
      report.remarks.push_back("not followed: " + sentence);
    const bool to_terminal = options.output.output.empty();
    report::RecordStyle style;
    style.colour = to_terminal && use_colour(STDOUT_FILENO, options.output.no_color);
    style.width = to_terminal ? output_width(STDOUT_FILENO) : 96;
    style.verbose = options.output.verbose;
    style.quiet = options.output.quiet;
    const std::string text = report::record_text(report, style);
    WINDLASS_CHECK(write_result(options.output.output, text));
  }
  // The recording is what was asked for; a command that failed is a finding, and so is one that lost its work
  // without noticing.
  return exit == 0 && record::lost_work(document.recording).empty() ? 0 : 1;
}

}  // namespace windlass::cli
