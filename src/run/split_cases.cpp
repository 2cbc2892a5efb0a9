#include "run/split_cases.h"

#include <optional>
#include <utility>

namespace windlass::run {

SplitCases::SplitCases(const CaseGround& ground, CasePool& pool)
    : ground_(ground), pool_(pool), left_behind_(*ground.clean, ground.order, ground.settings.to) {}

CaseRun SplitCases::split(const Pending& pending, const SharedEvidence& upgrade) {
  CaseRun run{Scenario::Splits, pending.name, pending.before, {upgrade}};
  run.equal = pending.equal;
  return run;
}

void SplitCases::wait(const std::string& id, const SharedState& state,
                      const std::vector<SharedEvidence>& history) {
  std::vector<std::string> equal = std::move(equal_);
  equal_.clear();
  pending_ = Pending{"from " + id, state, history, std::move(equal)};
}

void SplitCases::settle(const Next& next) {
  if (!pending_) return;
  const bool last = next.k + 1 == ground_.order.size();
  if (last && next.run != nullptr && left_behind_.not_alone(next.left, next.k).empty()) {
    ground_.tally.begins(Scenario::Splits, pending_->name);
    ground_.tell({Scenario::Splits, pending_->name}, split(*pending_, next.run->evidence), next.run->trace);
    pending_.reset();
  } else if (next.goes_on && left_behind_.by(next.left, next.k).empty()) {
    ground_.tally.begins(Scenario::Splits, pending_->name);
    equal_ = std::move(pending_->equal);
    equal_.push_back(pending_->name);
    pending_.reset();
  } else {
    give_pending();
  }
}

void SplitCases::give_pending() {
  if (!pending_) return;
  const Pending pending = *std::exchange(pending_, std::nullopt);
  const CaseId id{Scenario::Splits, pending.name};
  if (ground_.tell_found(id)) {
    ground_.tally.begins(Scenario::Splits, pending.name);
    return ground_.tally.told_equal(Scenario::Splits, pending.equal);
  }
  // The walk left no state there, because what was kept said that none would be asked for.
  if (!pending.state) return ground_.cache->distrust();
  pool_.give([&ground = ground_, id, pending] {
    Tally& tally = ground.tally;
    tally.begins(Scenario::Splits, pending.name);
    auto done = ground.runner.run({.target = ground.settings.to, .from = pending.state});
    if (!done) {
      for (const std::string& name : pending.equal)
        tally.could_not_look(Scenario::Splits, name, done.error());
      return tally.could_not_look(Scenario::Splits, pending.name, done.error());
    }
    ground.tell(id, split(pending, done->evidence), done->trace);
  });
}

}  // namespace windlass::run
