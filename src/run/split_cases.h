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

  /// The case from `id` waits until the walk knows what the next revision leaves behind. `history`: the runs
  /// that led to it.
  void wait(const std::string& id, const SharedState& state, const std::vector<SharedEvidence>& history);
  /// The walk ran order[k], which is what the case that waits would begin with. `next`: there will be a case
  /// from there.
  void settle(size_t k, const RunDone& done, bool next);
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
