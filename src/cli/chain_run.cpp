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

namespace {

base::Result<ChainAt> chain_at_hand(const ChainRunOptions& options) {
  const std::vector<std::string> environment = base::current_environment();
  const ProjectAtHand at_hand = WINDLASS_TRY(
      find_project_at_hand({options.project, options.config, options.name, options.python}, environment));
  ChainAt chain;
  chain.settings = WINDLASS_TRY(chain_settings(options, at_hand, environment));
  chain.settings.reuse = true;
  return chain;
}

}  // namespace

catalog::LiveRead read_of_run(const catalog::Snapshot& snapshot, const run::Evidence& run) {
  catalog::LiveRead read;
  read.snapshot = snapshot;
  read.snapshot.sort();
  read.server_version = run.server_version;
  read.server_major = std::atoi(run.server_version.c_str());
  read.database = run.database;
  read.made_by = run.role;
  return read;
}

namespace {

/// Runs it, and reads it as a real database. Not an error: that it broke.
base::Result<void> run_to(ChainAt& chain, const std::string& project, const std::string& revision) {
  // Before the base there is nothing to run; but what a new database of the project holds is known by
  // running.
  const bool base = revision == "base";
  chain.settings.to = base ? "heads" : revision;
  chain.outcome = WINDLASS_TRY(run::run_check(chain.settings, {}));
  const run::Evidence& evidence = chain.outcome.evidence;
  if (chain.outcome.interrupted != 0)
    return base::fail({"run", fmt::format("the chain of {} to {}", project, revision), "interrupted", "",
                       base::Exit::CouldNotLook});
  chain.read = read_of_run(base ? evidence.before : evidence.after, evidence);
  return {};
}

bool came_there(const run::Evidence& evidence) { return run::succeeded(evidence) && evidence.after_read; }

base::Error not_reached(const run::Evidence& evidence, const std::string& project,
                        const std::string& revision) {
  const std::string why = evidence.exception ? to_string(*evidence.exception)
                          : evidence.server_died
                              ? "the server died"
                              : fmt::format("the tool ended with status {}", evidence.exit_code);
  return {"run", fmt::format("the chain of {} to {}", project, revision), base::one_line(why),
          "`windlass check` names every failure of the chain, and how to mend it.", base::Exit::CouldNotLook};
}

}  // namespace

base::Result<ChainAt> run_chain_to(const ChainRunOptions& options, const std::string& revision,
                                   const run::KeepState& keep) {
  ChainAt chain = WINDLASS_TRY(chain_at_hand(options));
  chain.settings.keep = keep;
  WINDLASS_CHECK(run_to(chain, options.project, revision));
  const run::Evidence& evidence = chain.outcome.evidence;
  if (revision != "base" && !came_there(evidence))
    return base::fail(not_reached(evidence, options.project, revision));
  return chain;
}

base::Result<ChainAt> run_chain_as_far_as_it_goes(const ChainRunOptions& options, std::string& breaks_in) {
  ChainAt chain = WINDLASS_TRY(chain_at_hand(options));
  WINDLASS_CHECK(run_to(chain, options.project, "heads"));
  if (came_there(chain.outcome.evidence)) return chain;
  const run::Evidence broken = chain.outcome.evidence;
  std::string last;
  for (const run::Step& step : broken.steps) {
    if (step.finished)
      last = step.revision;
    else
      breaks_in = step.revision;
  }
  if (breaks_in.empty() || last.empty()) return base::fail(not_reached(broken, options.project, "heads"));
  WINDLASS_CHECK(run_to(chain, options.project, last));
  if (!came_there(chain.outcome.evidence))
    return base::fail(not_reached(chain.outcome.evidence, options.project, last));
  return chain;
}

}  // namespace windlass::cli
