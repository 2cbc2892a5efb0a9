#include "run/interrupted_cases.h"

#include <fmt/core.h>

#include <utility>

#include "run/durable.h"

namespace windlass::run {

namespace {

/// A kill behind the moment number `moment` of the case's revision, and the run after it.
base::Result<Kill> killed_and_again(const CaseGround& ground, const SharedState& before,
                                    const std::string& revision, const std::string& target, size_t moment,
                                    CaseTrace& trace) {
  RunDone killed = WINDLASS_TRY(
      ground.runner.run({.target = revision, .from = before, .keep_server = true, .kill_after = moment}));
  // What it came from, the walk's own run of the revision told: a killed process tells less.
  if (!killed.killed || !killed.left.state)
    return base::fail({"kill the run of a revision", revision,
                       killed.killed ? killed.left.because
                                     : "it did not come to the same point as the run that was not killed",
                       "", base::Exit::CouldNotLook});
  RunDone again = WINDLASS_TRY(ground.runner.run({.target = target,
                                                  .from = killed.left.state,
                                                  .server = std::move(killed.left.server),
                                                  .tell_rows = true}));
  add_trace(trace, again.trace);
  return Kill{std::move(killed.evidence), std::move(again.evidence)};
}

/// What stands in the tables where nobody kills it.
base::Result<TableRows> rows_without(const CaseGround& ground, const SharedState& before,
                                     const std::string& target, CaseTrace& trace) {
  const RunDone whole =
      WINDLASS_TRY(ground.runner.run({.target = target, .from = before, .tell_rows = true}));
  add_trace(trace, whole.trace);
  if (!whole.evidence->rows_after)
    return base::fail({"read the rows of the tables", "behind " + target, "the server did not answer", "",
                       base::Exit::CouldNotLook});
  return *whole.evidence->rows_after;
}

}  // namespace

bool InterruptedCases::found(size_t k) const {
  return ground_.found(without_kill(k)) != nullptr || ground_.found(with_kills(k)) != nullptr;
}

bool InterruptedCases::tell_found(size_t k) const {
  return ground_.tell_found(without_kill(k)) || ground_.tell_found(with_kills(k));
}

void InterruptedCases::give(size_t k, const SharedState& before, const RunDone& done,
                            std::vector<SharedEvidence> history, bool on) {
  Tally& tally = ground_.tally;
  // The last moment is its end: what is durable then is where the walk went on.
  const size_t moments = durable_moments(done.evidence->recording).size();
  if (moments < 2) {
    const CaseId id = without_kill(k);
    tally.begins(id.scenario, id.name);
    tally.told_equal(id.scenario, {id.name});
    if (ground_.cache != nullptr) ground_.cache->keep(id, done.trace, {});
    return;
  }
  const CaseId id = with_kills(k);
  CaseRun begun{Scenario::Interrupted, id.name, std::move(history), {}};
  begun.interrupted.emplace();
  begun.interrupted->expected = on ? ground_.clean->after : done.evidence->after;
  begun.interrupted->to_the_target = on;
  pool_.give([this, id, begun = std::move(begun), before, moments, on, trace = done.trace]() mutable {
    CaseRun run = begun;
    const std::string& target = on ? ground_.settings.to : id.name;
    ground_.tally.begins(run.scenario, run.name);
    auto rows = rows_without(ground_, before, target, trace);
    if (!rows) return ground_.tally.could_not_look(run.scenario, run.name, rows.error());
    run.interrupted->rows = std::move(*rows);
    for (size_t moment = 1; moment < moments; ++moment) {
      auto kill = killed_and_again(ground_, before, id.name, target, moment, trace);
      if (!kill) return ground_.tally.could_not_look(run.scenario, run.name, kill.error());
      run.runs.push_back(kill->again);
      run.interrupted->kills.push_back(std::move(*kill));
    }
    ground_.tell(id, std::move(run), trace);
  });
}

}  // namespace windlass::run
