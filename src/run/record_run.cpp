#include "run/record_run.h"

#include <map>

#include <nlohmann/json.hpp>

#include "run/end_state.h"
#include "run/fill_effects.h"
#include "run/python_part.h"
#include "run/tool_process.h"

namespace windlass::run {

namespace {

/// Makes `tool` the interpreter with the Python part. What it compiles stays out of the project.
base::Result<void> run_by_python_part(const PythonProgram& python, const Stage& stage, ToolCommand& tool) {
  const std::filesystem::path program = WINDLASS_TRY(unpack_python_part(stage.folder()));
  const std::string pycache = (stage.endpoint().socket_folder / "pycache").string();
  const nlohmann::json told = {{"script", python.file.string()},
                               {"project", python.project.string()},
                               {"token", stage.token()},
                               {"database", stage.identity().database},
                               {"socket_folder", stage.endpoint().socket_folder.string()},
                               {"port", stage.endpoint().socket_port},
                               {"servers_apart", python.servers_apart}};
  tool.arguments = {python.interpreter.string(), "-X", "pycache_prefix=" + pycache,
                    script_program(program).string()};
  base::set_environment(tool.environment, "WINDLASS_RUN", told.dump());
  if (!base::environment_value(tool.environment, "PYTHONPYCACHEPREFIX"))
    base::set_environment(tool.environment, "PYTHONPYCACHEPREFIX", pycache);
  return {};
}

}  // namespace

base::Result<RecordOutcome> run_recorded(const StageSettings& settings, const RecordedCommand& command,
                                         std::optional<std::chrono::milliseconds> timeout,
                                         const KeepState& keep) {
  RecordOutcome outcome;
  const std::unique_ptr<Stage> stage = WINDLASS_TRY(Stage::prepare(settings));
  WINDLASS_CHECK(stage->open_place());

  ToolCommand tool;
  tool.arguments = command.arguments;
  tool.environment = stage->environment();
  if (command.python) WINDLASS_CHECK(run_by_python_part(*command.python, *stage, tool));
  std::error_code code;
  tool.folder = command.folder.empty() ? std::filesystem::current_path(code) : command.folder;
  tool.user = settings.run_as;
  tool.room = stage->room();
  tool.interactive = command.interactive;
  ToolProcess process = WINDLASS_TRY(ToolProcess::start(tool));
  ToolHooks hooks;
  hooks.server_alive = [&] { return stage->place().alive(); };
  const ToolOutcome end = process.finish(hooks, timeout);
  outcome.status = end.status;
  outcome.interrupted = end.interrupted;
  outcome.timed_out = end.timed_out;
  outcome.seconds = end.seconds;
  outcome.out = stage->masker().mask(end.out);
  outcome.err = stage->masker().mask(end.err);
  outcome.isolated = stage->room() != nullptr;
  stage->stop_watching();
  outcome.recording = stage->stop_recording();

  std::map<std::string, catalog::Snapshot> start, reads;
  for (const ScratchPlace::Visited& visited : stage->place().visited())
    start[visited.database] = visited.start;
  EndState left = read_end_state(stage->place(), "");
  if (keep.any()) outcome.left = stage->place().leave(keep, known_of(left));
  for (DatabaseEnd& read : left.databases)
    if (read.catalog) reads[read.visited.database] = std::move(*read.catalog);
  const FilledEffects filled =
      fill_effects(outcome.recording, start, reads, left.server_wide ? &*left.server_wide : nullptr);
  outcome.self_check = filled.unexplained;
  for (const auto& [database, read] : reads)
    if (const auto composed = filled.end.find(database); composed != filled.end.end())
      for (std::string& sentence : self_check(composed->second, read))
        outcome.self_check.push_back(std::move(sentence));

  outcome.place = stage->place().description();
  outcome.server_user = stage->place().user();
  outcome.user = stage->project_user();
  outcome.no_isolation_because = stage->no_room_because();
  if (settings.place.keep) {
    outcome.psql_line = stage->place().psql_line(stage->identity().database);
    outcome.end_command = stage->place().end_command();
  }
  stage->place().close();
  return outcome;
}

}  // namespace windlass::run
