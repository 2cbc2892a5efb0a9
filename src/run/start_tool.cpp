#include "run/start_tool.h"

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "scratch/cache.h"

namespace windlass::run {

namespace {

using nlohmann::json;

/// The arguments the bare tool would be given.
std::vector<std::string> tool_arguments(const CheckSettings& settings, const std::string& target) {
  std::vector<std::string> arguments;
  if (settings.flask) {
    arguments = {"db", settings.command, "-d",
                 base::relative_to(settings.config_file.parent_path(), settings.folder)};
  } else {
    if (settings.config_file.extension() == ".ini") {
      arguments.push_back("-c");
      arguments.push_back(base::relative_to(settings.config_file, settings.folder));
    }
    if (!settings.section.empty()) {
      arguments.push_back("-n");
      arguments.push_back(settings.section);
    }
  }
  for (const std::string& x : settings.x_arguments) {
    arguments.push_back("-x");
    arguments.push_back(x);
  }
  if (!settings.flask) arguments.push_back(settings.command);
  arguments.push_back(target);
  return arguments;
}

/// Where Python keeps what it compiles. The cache is opened, and so made private, before Python could make it
/// with its own mode, which the next run would refuse.
std::filesystem::path pycache_folder(const CheckSettings& settings, const std::filesystem::path& otherwise) {
  const auto cache = scratch::open_cache(settings.cache);
  const bool usable = cache && *cache == scratch::CacheState::Usable;
  return (usable ? settings.cache : otherwise) / "pycache";
}

/// What the Python part is told, whatever it runs.
json python_part_settings(const CheckSettings& settings) {
  return {{"tool", settings.flask ? "flask" : "alembic"},
          {"pythonpath0", settings.interpreter.parent_path().string()}};
}

/// The project's interpreter with the Python part.
ToolCommand python_part(const CheckSettings& settings, const std::filesystem::path& program,
                        const std::string& pycache, std::vector<std::string> environment) {
  ToolCommand command;
  command.arguments = {settings.interpreter.string(), "-X", "pycache_prefix=" + pycache, program.string()};
  command.environment = std::move(environment);
  // Interpreters that the project starts keep their compiled files out of it, too.
  if (!base::environment_value(command.environment, "PYTHONPYCACHEPREFIX"))
    base::set_environment(command.environment, "PYTHONPYCACHEPREFIX", pycache);
  command.folder = settings.folder;
  command.user = settings.stage.run_as;
  return command;
}

}  // namespace

base::Result<ToolProcess> start_tool(const CheckSettings& settings, const Stage& stage,
                                     const std::filesystem::path& program, const std::string& target,
                                     int answers) {
  const json told = {{"events_fd", 3},
                     {"token", stage.token()},
                     {"project", settings.project.string()},
                     {"arguments", tool_arguments(settings, target)},
                     {"socket_folder", stage.endpoint().socket_folder.string()},
                     {"port", stage.endpoint().socket_port},
                     {"servers_apart", settings.servers_apart},
                     {"go_on", settings.stage.rescue != nullptr},
                     {"tell_held", settings.tell_held},
                     {"tell_trace", settings.tell_trace},
                     {"tell_libraries", settings.tell_libraries}};
  json run = python_part_settings(settings);
  run.update(told);
  if (answers >= 0) run["answers_fd"] = 4;
  if (settings.models) run["models"] = {{"extensions", settings.models->extensions}};
  const std::string pycache = pycache_folder(settings, stage.endpoint().socket_folder).string();
  ToolCommand command = python_part(settings, program, pycache, stage.environment());
  if (settings.warm) return ToolProcess::fork(*settings.warm, command, run.dump());
  base::set_environment(command.environment, "WINDLASS_RUN", run.dump());
  command.room = stage.room();
  command.with_events = true;
  command.answers = answers;
  return ToolProcess::start(command);
}

base::Result<std::unique_ptr<WarmInterpreter>> start_warm(const CheckSettings& settings,
                                                          const std::filesystem::path& program,
                                                          const std::filesystem::path& folder,
                                                          std::span<const Module> libraries,
                                                          std::span<const std::string> sources,
                                                          std::shared_ptr<const NetworkRoom> room) {
  json shared = {{"libraries", json::array()}, {"sources", json::array()}};
  for (const Module& library : libraries) shared["libraries"].push_back({library.name, library.file});
  for (const std::string& source : sources) shared["sources"].push_back((settings.project / source).string());
  json told = python_part_settings(settings);
  told["warm"] = WarmInterpreter::kShared;
  // No database is reached before a run, which brings an environment of its own.
  const EnvironmentSources& environment = settings.stage.environment;
  Endpoint nowhere;
  nowhere.socket_folder = folder;
  const ToolCommand command =
      python_part(settings, program, pycache_folder(settings, folder).string(),
                  child_environment(environment, project_identity(environment), nowhere));
  base::ProcessOptions options;
  options.arguments = command.arguments;
  options.environment = command.environment;
  base::set_environment(options.environment, "WINDLASS_RUN", told.dump());
  // numpy's OpenBLAS starts a thread for each core when it is imported. Each run has its own environment.
  base::set_environment(options.environment, "OPENBLAS_NUM_THREADS", "1");
  options.folder = command.folder;
  options.user = command.user;
  return WarmInterpreter::start(std::move(options), shared.dump(), std::move(room));
}

}  // namespace windlass::run
