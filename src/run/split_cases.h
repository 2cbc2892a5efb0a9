// The cases of `splits`: from each state of the walk to the target in one process. A case is run only where
// the next revision leaves something behind (run/left_behind.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "run/case_ground.h"
#include "run/left_behind.h"

namespace windlass::run {

/// Told of by the walk, revision by revision, from one thread.
class SplitCases {
 public:
  SplitCases(const CaseGround& ground, CasePool& pool);

  static CaseId case_from(const std::string& id) { return {Scenario::Splits, "from " + id}; }
  /// Why the step of order[k] leaves something for those behind it; empty: nothing.
  std::string left_behind(const StepLeft& left, size_t k) const { return left_behind_.by(left, k); }
  /// Why that step is not just what the last case begins and ends with.
  std::string not_alone(const StepLeft& left, size_t k) const { return left_behind_.not_alone(left, k); }

  /// The case from `id` waits until it is known what the next revision leaves behind. `history`: the runs
  /// that led to it. `state` is null where an earlier check had all that would begin with it.
  void wait(const std::string& id, const SharedState& state, const std::vector<SharedEvidence>& history);
  /// A step that the case that waits would begin with.
  struct Next {
    size_t k = 0;
    const StepLeft& left;
    const RunDone* run = nullptr;  ///< the walk's own; nullptr: an earlier check had it
    bool goes_on = false;          ///< there will be a case from there
  };
  void settle(const Next& next);
  /// The walk ended, or goes on otherwise: the case that waits is run.
  void give_pending();

 private:
  struct Pending {
    std::string name;
    SharedState state;
    std::vector<SharedEvidence> before;
    std::vector<std::string> equal;  ///< cases that go on as this one does
  };
  static CaseRun split(const Pending& pending, const SharedEvidence& upgrade);

  const CaseGround& ground_;
  CasePool& pool_;
  const LeftBehind left_behind_;
  std::optional<Pending> pending_;
  std::vector<std::string> equal_;  // cases that go on as the one from the next state does
};

}  // namespace windlass::run
