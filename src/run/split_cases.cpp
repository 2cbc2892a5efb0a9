#include "run/split_cases.h"

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

void SplitCases::settle(size_t k, const RunDone& done, bool next) {
  if (!pending_) return;
  if (k + 1 == ground_.order.size() && left_behind_.not_alone(*done.evidence, k).empty()) {
    ground_.tally.begins(Scenario::Splits, pending_->name);
    ground_.tally.told(split(*pending_, done.evidence));
    pending_.reset();
  } else if (next && left_behind_.by(*done.evidence, done.held, k).empty()) {
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
  pool_.give([&ground = ground_, pending = *std::exchange(pending_, std::nullopt)] {
    Tally& tally = ground.tally;
    tally.begins(Scenario::Splits, pending.name);
    auto done = ground.runner.run({.target = ground.settings.to, .from = pending.state});
    if (!done) {
      for (const std::string& name : pending.equal)
        tally.could_not_look(Scenario::Splits, name, done.error());
      return tally.could_not_look(Scenario::Splits, pending.name, done.error());
    }
    tally.told(split(pending, done->evidence));
  });
}

}  // namespace windlass::run
