#include "cli/settings.h"

#include <fmt/core.h>

#include <charconv>
#include <cstdlib>
#include <future>
#include <utility>

#include "base/file.h"
#include "base/process.h"
#include "cli/servers.h"
#include "run/dotenv.h"

namespace windlass::cli {

namespace {

base::Result<record::ParametersMode> parameters_mode(const std::string& word) {
  if (word.empty() || word == "types") return record::ParametersMode::Types;
  if (word == "off") return record::ParametersMode::Off;
  if (word == "values") return record::ParametersMode::Values;
  return base::fail({"read the settings", "parameters",
                     fmt::format("\"{}\" is none of off, types, values", word), "", base::Exit::Usage});
}

/// The project's code keeps libpq's variables; windlass's own connections must not heed them. A server that
/// the user gives may be secured or named by some; how its sessions behave is ours to say.
void forget_libpq_settings(bool own_server) {
  base::forget_variables([&](std::string_view name) {
    // PG_BINDIR and its like are nothing to libpq: they name a server's programs, for the next run, too.
    if (own_server) return name.starts_with("PG") && !name.starts_with("PG_");
    return name == "PGOPTIONS" || name == "PGDATESTYLE" || name == "PGTZ" || name == "PGCLIENTENCODING" ||
           name == "PGGEQO" || name == "PGAPPNAME";
  });
}

}  // namespace

std::string strongest(const std::string& flag, const std::vector<std::string>& environment,
                      const char* variable, const std::string& file) {
  if (!flag.empty()) return flag;
  if (const auto value = base::environment_value(environment, variable); value && !value->empty())
    return *value;
  return file;
}

base::Result<std::optional<std::chrono::milliseconds>> parse_timeout(const std::string& text,
                                                                     const std::string& option) {
  if (text.empty()) return std::optional<std::chrono::milliseconds>();
  double number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string unit(end, text.data() + text.size());
  const double factor = unit.empty() || unit == "s" ? 1
                        : unit == "m"               ? 60
                        : unit == "h"               ? 3600
                        : unit == "ms"              ? 0.001
                                                    : 0;
  if (code != std::errc() || factor == 0 || !(number > 0) || number * factor > 1e6)
    return base::fail(
        {"read " + option, text, "it is no time", "Write 90, 90s, 5m or 1h.", base::Exit::Usage});
  return std::optional(std::chrono::milliseconds(static_cast<long long>(number * factor * 1000)));
}

base::Result<run::Variables> read_dotenv(const std::string& file, const std::filesystem::path& folder,
                                         const std::filesystem::path& project) {
  std::filesystem::path path = file;
  if (path.empty()) path = run::find_dotenv(folder, project);
  if (path.empty()) return run::Variables{};
  return run::parse_dotenv(WINDLASS_TRY(base::read_file(path)));
}

FutureBinaries look_for_server(const std::string& wanted, const std::vector<std::string>& environment) {
  scratch::FindOptions find;
  if (!wanted.empty()) find.requested = wanted;
  find.environment = environment;
  return std::async(std::launch::async, [find] { return scratch::find_binaries(find); }).share();
}

base::Result<run::StageSettings> stage_settings(const PlaceOptions& options, const Config& config,
                                                const std::vector<std::string>& environment,
                                                const std::filesystem::path& folder) {
  run::StageSettings settings;
  run::PlaceSettings& place = settings.place;
  place.environment = environment;
  place.given_url = strongest(options.scratch_url, environment, "WINDLASS_SCRATCH_URL", config.scratch_url);
  forget_libpq_settings(place.given_url.empty());
  if (place.given_url.empty()) {
    place.binaries =
        look_for_server(WINDLASS_TRY(wanted_servers(options, config, environment)).front(), environment);
    place.server_settings = config.settings;
  } else if (!config.settings.empty()) {
    return base::fail({"read the settings", config.file.string(),
                       "[scratch] settings are for a server of windlass's own, and a server is given",
                       "Set them on that server, or leave --scratch-url and url out.", base::Exit::Usage});
  }
  if (!config.encoding.empty()) place.encoding = config.encoding;
  place.superuser = !options.no_superuser && config.superuser.value_or(true);
  place.keep = options.keep;
  place.prerequisites.roles = config.roles;
  place.prerequisites.extensions = config.extensions;
  for (const std::string& name : config.setup) {
    std::string sql = WINDLASS_TRY(base::read_file(folder / name));
    place.prerequisites.setup.push_back({name, std::move(sql)});
  }
  settings.environment.flags = options.env;
  settings.environment.process = environment;
  settings.environment.config = config.env;
  if (options.no_isolation)
    settings.no_isolation_because = "--no-isolation";
  else if (!config.isolation.value_or(true))
    settings.no_isolation_because = "isolation = false in windlass.toml";
  const std::string user = strongest(options.run_as, environment, "WINDLASS_RUN_AS", config.run_as);
  if (!user.empty()) settings.run_as = WINDLASS_TRY(base::find_system_user(user));
  settings.parameters = WINDLASS_TRY(
      parameters_mode(strongest(options.parameters, environment, "WINDLASS_PARAMETERS", config.parameters)));
  return settings;
}

base::Result<ChainAtHand> find_chain_at_hand(const ProjectOptions& options,
                                             const std::vector<std::string>& environment) {
  ChainAtHand result;
  std::filesystem::path folder = options.project;
  std::error_code code;
  if (!std::filesystem::exists(folder, code))
    return base::fail({"find the project", options.project, "there is no such folder",
                       "Name the project's folder, or run windlass in it.", base::Exit::Usage});
  if (!std::filesystem::is_directory(folder, code)) folder = folder.parent_path();
  result.config = WINDLASS_TRY(read_config(folder.empty() ? "." : folder));

  run::ProjectSettings project;
  project.project = options.project;
  project.config = strongest(options.config, environment, "WINDLASS_CONFIG", result.config.config);
  project.section = strongest(options.name, environment, "WINDLASS_NAME", result.config.name);
  project.alembic_config = base::environment_value(environment, "ALEMBIC_CONFIG").value_or("");
  result.project = WINDLASS_TRY(run::find_project(project));

  run::InterpreterSettings& interpreter = result.interpreter;
  interpreter.requested = strongest(options.python, environment, "WINDLASS_PYTHON", result.config.python);
  interpreter.folder = result.project.folder;
  interpreter.project = result.project.project;
  interpreter.environment = environment;
  return result;
}

base::Result<ProjectAtHand> find_project_at_hand(const ProjectOptions& options,
                                                 const std::vector<std::string>& environment) {
  ChainAtHand chain = WINDLASS_TRY(find_chain_at_hand(options, environment));
  run::FoundInterpreter interpreter = WINDLASS_TRY(run::find_interpreter(chain.interpreter));
  return ProjectAtHand{std::move(chain.config), std::move(chain.project), std::move(interpreter.chosen)};
}

}  // namespace windlass::cli
