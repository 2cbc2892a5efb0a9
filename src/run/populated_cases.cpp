#include "run/populated_cases.h"

#include <utility>

#include "run/failure.h"
#include "run/with_rows.h"

namespace windlass::run {

PopulatedCases::PopulatedCases(const CaseGround& ground, CasePool& pool) : ground_(ground), pool_(pool) {
  if (!ground.tally.wants(Scenario::Populated)) return;
  reach_.emplace(*ground.clean, ground.order);
  fill_.leave_out = ground.clean->version_tables;
  fill_.leave_out.push_back(ground.clean->settings.version_table);
}

CaseId PopulatedCases::case_from(size_t k) const {
  CaseId id{Scenario::Populated, "from " + ground_.order[k]};
  // To the target it is the whole way, whatever that holds.
  if (const size_t last = reach_->from(k); last + 1 < ground_.order.size()) id.up_to = last;
  return id;
}

bool PopulatedCases::is_step(size_t k) const {
  return k + 2 < ground_.order.size() && reach_->from(k) == k + 1 && reach_->leaves_rows_alone(k + 1);
}

void PopulatedCases::give(size_t k, const SharedState& state, std::vector<SharedEvidence> history) {
  CaseRun begun{Scenario::Populated, case_from(k).name, std::move(history), {}};
  pool_.give([this, k, begun = std::move(begun), state] { run(k, begun, state); });
}

/// With all kinds of rows; where that fails, without any (is it the rows at all?) and with ordinary ones
/// alone (is it any rows, or some?).
void PopulatedCases::run(size_t k, CaseRun run, const SharedState& state) const {
  const CaseId id = case_from(k);
  const std::string& target = id.up_to ? ground_.order[*id.up_to] : ground_.settings.to;
  populate::FillOrder usual = fill_;
  usual.hints = hints_of(*ground_.clean, id.up_to ? ground_.order[*id.up_to] : std::string());
  // The last case tells which tables could be filled.
  if (k + 2 < ground_.order.size()) usual.only = reach_->met_from(k);
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
    populate::FillOrder order = usual;
    order.strength = strength;
    order.leave_out.insert(order.leave_out.end(), seeded.begin(), seeded.end());
    WithRows done = WINDLASS_TRY(upgrade_with_rows(ground_.runner, target, state, std::move(order)));
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
    auto without = ground_.runner.run({.target = target, .from = state});
    if (!without) return could_not_look(without.error());
    tried.without = without->evidence;
    add_trace(trace, without->trace);
    run.runs.push_back(tried.without);
  }
  if (tried.without && !failed_alike(*tried.full, *tried.without))
    if (auto plain = with(populate::Strength::Plain, tried.plain_rows, tried.plain); !plain)
      return could_not_look(plain.error());
  ground_.tell(id, std::move(run), trace, std::move(more));
}

}  // namespace windlass::run
