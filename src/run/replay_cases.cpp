#include "run/replay_cases.h"

#include <utility>

namespace windlass::run {

void ReplayCases::give(const std::string& id, const SharedState& state, std::vector<SharedEvidence> history) {
  const CaseId over = case_over(id);
  CaseRun begun{Scenario::Replay, over.name, std::move(history), {}};
  pool_.give([this, over, begun = std::move(begun), state] {
    CaseRun run = begun;
    ground_.tally.begins(run.scenario, run.name);
    auto done = ground_.runner.run({.target = ground_.settings.to,
                                    .from = state,
                                    .forget_versions = ground_.clean->settings.version_table});
    if (!done) return ground_.tally.could_not_look(run.scenario, run.name, done.error());
    run.runs.push_back(done->evidence);
    ground_.tell(over, std::move(run), done->trace);
  });
}

}  // namespace windlass::run
