#include "run/scenarios.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "run/case_ground.h"
#include "run/single_cases.h"
#include "run/walk.h"

namespace windlass::run {

namespace {

/// Why no scenario can be run after this clean run; empty where they can.
std::string hopeless(const Evidence& clean) {
  if (clean.chain.revisions.empty()) return "the clean run did not get as far as the chain";
  if (!clean.settings.configured) return "the clean run did not get as far as the chain";
  // It was led nowhere, and every other run would be.
  if (!clean.other_databases.empty() && clean.recording.statements.empty())
    return "the clean run asked for a database that is not PostgreSQL";
  if (clean.server_died) return "the server died in the clean run";
  if (clean.timed_out) return "the clean run was ended after its time";
  return {};
}

/// All cases, side by side on the cores there are.
void run_cases(const CaseGround& ground, bool walks) {
  CasePool pool(std::max(1U, std::thread::hardware_concurrency()));
  std::optional<Walk> walk;
  if (walks) walk.emplace(ground, pool);
  ground.tally.expect(single_cases(ground) + (walk ? walk->cases() : 0));
  give_single_cases(ground, pool);
  if (walk) walk->run();
  pool.finish();
  if (walk) walk->finish();
}

}  // namespace

base::Result<ScenariosOutcome> run_scenarios(const CheckSettings& settings, const CheckOutcome& clean,
                                             const std::vector<Scenario>& wanted,
                                             const ScenarioHooks& hooks) {
  ScenariosOutcome result;
  std::string because = hopeless(clean.evidence);
  if (!settings.stage.place.given_url.empty())
    because = "it needs a server of windlass's own, and --scratch-url gives another";
  if (!because.empty()) {
    for (const Scenario scenario : wanted) {
      ScenarioOutcome outcome;
      outcome.scenario = scenario;
      outcome.not_run_because = because;
      result.scenarios.push_back(std::move(outcome));
    }
    return result;
  }
  const auto runner = WINDLASS_TRY(ScenarioRunner::make(settings, clean.evidence));
  const auto evidence = std::make_shared<const Evidence>(clean.evidence);
  const std::vector<std::string> order = walk_order(clean.evidence, settings.to);
  const std::unique_ptr<CaseCache> cache = CaseCache::open(settings, clean, order);
  if (cache) runner->tell_traces();
  const size_t proven = proven_at_the_beginning(order, clean.evidence.chain, settings.proven.revisions);
  const auto run = [&](CaseCache* with) {
    Tally tally(wanted, evidence, order, hooks);
    const CaseGround ground{settings, clean, evidence, order, *runner, tally, with, proven};
    run_cases(ground, walks(wanted));
    return tally.outcomes();
  };
  result.scenarios = run(cache.get());
  if (cache && cache->distrusted() && runner->interrupted() == 0) {
    if (hooks.on_again) hooks.on_again();
    result.scenarios = run(nullptr);
  }
  result.interrupted = runner->interrupted();
  // What was run behind revisions that were not walked is nothing to keep for a check that walks them.
  if (cache && result.interrupted == 0 && proven == 0) cache->write();
  result.libraries_not_shared_because = runner->libraries_not_shared_because();
  return result;
}

bool walks(const std::vector<Scenario>& wanted) {
  return std::any_of(wanted.begin(), wanted.end(), [](Scenario scenario) {
    return scenario == Scenario::Stepwise || scenario == Scenario::Splits ||
           scenario == Scenario::Populated || scenario == Scenario::RoundTrip ||
           scenario == Scenario::Replay || scenario == Scenario::Interrupted;
  });
}

base::Result<KeepState> kept_for(const std::vector<Scenario>& wanted, const std::filesystem::path& folder,
                                 bool stays) {
  KeepState keep;
  const std::filesystem::path common = folder / "common";
  if (::mkdir(common.c_str(), 0700) != 0)
    return base::fail({"make a folder for the scenarios", common.string(), base::system_error_text(errno), "",
                       base::Exit::CouldNotLook});
  keep.common = std::make_shared<scratch::CommonFiles>(common);
  if (stays) return keep;
  const auto wants = [&](Scenario scenario) {
    return std::find(wanted.begin(), wanted.end(), scenario) != wanted.end();
  };
  keep.server = wants(Scenario::Retry);
  if (wants(Scenario::Models)) keep.pack = folder / "clean";
  return keep;
}

}  // namespace windlass::run
