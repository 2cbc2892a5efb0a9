#include "cli/chain_run.h"

#include <fmt/core.h>

#include <cstdlib>

#include "base/text.h"
#include "scratch/cache.h"

namespace windlass::cli {

base::Result<run::CheckSettings> chain_settings(const ChainRunOptions& options, const ProjectAtHand& at_hand,
                                                const std::vector<std::string>& environment) {
  const Config& config = at_hand.config;
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
  settings.timeout = WINDLASS_TRY(
      parse_timeout(strongest(options.timeout, environment, "WINDLASS_TIMEOUT", config.timeout)));
  settings.cache = scratch::cache_root(environment);
  return settings;
}

base::Result<ChainAt> run_chain_to(const ChainRunOptions& options, const std::string& revision) {
  const std::vector<std::string> environment = base::current_environment();
  const ProjectAtHand at_hand = WINDLASS_TRY(
      find_project_at_hand({options.project, options.config, options.name, options.python}, environment));
  ChainAt chain;
  chain.settings = WINDLASS_TRY(chain_settings(options, at_hand, environment));
  chain.settings.reuse = true;
  // Before the base there is nothing to run; but what a new database of the project holds is known by
  // running.
  const bool base = revision == "base";
  if (!base) chain.settings.to = revision;
  chain.outcome = WINDLASS_TRY(run::run_check(chain.settings, {}));
  const run::Evidence& evidence = chain.outcome.evidence;
  const std::string what = fmt::format("the chain of {} to {}", options.project, revision);
  if (chain.outcome.interrupted != 0)
    return base::fail({"run", what, "interrupted", "", base::Exit::CouldNotLook});
  if (!base && (!run::succeeded(evidence) || !evidence.after_read)) {
    const std::string why = evidence.exception ? to_string(*evidence.exception)
                            : evidence.server_died
                                ? "the server died"
                                : fmt::format("the tool ended with status {}", evidence.exit_code);
    return base::fail({"run", what, base::one_line(why),
                       "`windlass check` names every failure of the chain, and how to mend it.",
                       base::Exit::CouldNotLook});
  }
  chain.read.snapshot = base ? evidence.before : evidence.after;
  chain.read.snapshot.sort();
  chain.read.server_version = evidence.server_version;
  chain.read.server_major = std::atoi(chain.read.server_version.c_str());
  chain.read.database = evidence.database;
  chain.read.made_by = evidence.role;
  return chain;
}

}  // namespace windlass::cli
