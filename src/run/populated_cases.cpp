#include "run/populated_cases.h"

#include <utility>

#include "run/failure.h"
#include "run/with_rows.h"

namespace windlass::run {

PopulatedCases::PopulatedCases(const CaseGround& ground, CasePool& pool) : ground_(ground), pool_(pool) {
  if (!ground.tally.wants(Scenario::Populated)) return;
  fill_.hints = hints_of(*ground.clean);
  fill_.leave_out = ground.clean->version_tables;
  fill_.leave_out.push_back(ground.clean->settings.version_table);
}

void PopulatedCases::give(const std::string& id, const SharedState& state,
                          std::vector<SharedEvidence> history) {
  CaseRun begun{Scenario::Populated, "from " + id, std::move(history), {}};
  pool_.give([this, begun = std::move(begun), state] { run(begun, state); });
}

/// With all kinds of rows; where that fails, without any (is it the rows at all?) and with ordinary ones
/// alone (is it any rows, or some?).
void PopulatedCases::run(CaseRun run, const SharedState& state) const {
  Tally& tally = ground_.tally;
  const std::string name = run.name;
  tally.begins(Scenario::Populated, name);
  run.populated.emplace();
  Populated& tried = *run.populated;
  CaseTrace trace;
  KeptCase more;
  const auto not_populated = [&](const std::vector<populate::Unpopulated>& tables) {
    for (const populate::Unpopulated& each : tables)
      more.not_populated.push_back({each.table, name, each.because});
  };
  const auto could_not_look = [&](const base::Error& error) {
    tally.not_populated(more.not_populated);
    tally.could_not_look(Scenario::Populated, name, error);
  };
  std::vector<std::string> seeded;  // tables in which the chain's own rows stand in the way
  const auto with = [&](populate::Strength strength, populate::Rows& rows,
                        SharedEvidence& evidence) -> base::Result<void> {
    populate::FillOrder order = fill_;
    order.strength = strength;
    order.leave_out.insert(order.leave_out.end(), seeded.begin(), seeded.end());
    WithRows done =
        WINDLASS_TRY(upgrade_with_rows(ground_.runner, ground_.settings.to, state, std::move(order)));
    add_trace(trace, done.done.trace);
    not_populated(done.seeded);
    for (const populate::Unpopulated& table : done.seeded) seeded.push_back(table.table);
    rows = std::move(done.done.rows);
    evidence = done.done.evidence;
    run.runs.push_back(evidence);
    return {};
  };
  if (auto full = with(populate::Strength::Full, tried.rows, tried.full); !full)
    return could_not_look(full.error());
  not_populated(tried.rows.unpopulated);
  if (!succeeded(*tried.full)) {
    auto without = ground_.runner.run({.target = ground_.settings.to, .from = state});
    if (!without) return could_not_look(without.error());
    tried.without = without->evidence;
    add_trace(trace, without->trace);
    run.runs.push_back(tried.without);
  }
  if (tried.without && !failed_alike(*tried.full, *tried.without))
    if (auto plain = with(populate::Strength::Plain, tried.plain_rows, tried.plain); !plain)
      return could_not_look(plain.error());
  const CaseId id{run.scenario, name};
  ground_.tell(id, std::move(run), trace, std::move(more));
}

}  // namespace windlass::run
