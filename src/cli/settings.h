// From options, environment and windlass.toml to the settings of a run: the
// flag is stronger than WINDLASS_*, and that than the file.
#pragma once

#include <chrono>
#include <future>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/config.h"
#include "cli/options.h"
#include "record/parameters_mode.h"
#include "run/environment.h"
#include "run/interpreter.h"
#include "run/project.h"
#include "run/scratch_place.h"
#include "run/stage.h"
#include "scratch/binaries.h"

namespace windlass::cli {

/// The first of: the flag, the environment's variable, the file's value.
std::string strongest(const std::string& flag, const std::vector<std::string>& environment,
                      const char* variable, const std::string& file);

/// "90", "90s", "5m", "1h"; empty: no limit.
base::Result<std::optional<std::chrono::milliseconds>> parse_timeout(const std::string& text,
                                                                     const std::string& option = "--timeout");

/// The variables of `file` (--env-file), else of the .env of `folder` or `project`; none where there is no
/// file.
base::Result<run::Variables> read_dotenv(const std::string& file, const std::filesystem::path& folder,
                                         const std::filesystem::path& project);

using FutureBinaries = std::shared_future<base::Result<scratch::Binaries>>;

/// Looks for a server's programs while the stage is set and the interpreter starts: open_place() waits for
/// it.
FutureBinaries look_for_server(const std::string& wanted, const std::vector<std::string>& environment);

/// Everything about place, environment and isolation; `folder` is where windlass.toml was read from. Of
/// several servers it is the first.
base::Result<run::StageSettings> stage_settings(const PlaceOptions& options, const Config& config,
                                                const std::vector<std::string>& environment,
                                                const std::filesystem::path& folder);

struct ProjectOptions {
  std::string project, config, name, python;
};

/// The project's chain, and how its interpreter is looked for.
struct ChainAtHand {
  Config config;
  run::Project project;
  run::InterpreterSettings interpreter;
};
base::Result<ChainAtHand> find_chain_at_hand(const ProjectOptions& options,
                                             const std::vector<std::string>& environment);

/// The project and its interpreter, for the commands that have one.
struct ProjectAtHand {
  Config config;
  run::Project project;
  run::Interpreter interpreter;
};
base::Result<ProjectAtHand> find_project_at_hand(const ProjectOptions& options,
                                                 const std::vector<std::string>& environment);

}  // namespace windlass::cli
