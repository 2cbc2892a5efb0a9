// The cases of `replay`: from each state of the walk, its version tables emptied, to the target. A chain that
// is idempotent comes to the same catalog again.
#pragma once

#include <string>
#include <vector>

#include "run/case_ground.h"

namespace windlass::run {

class ReplayCases {
 public:
  ReplayCases(const CaseGround& ground, CasePool& pool) : ground_(ground), pool_(pool) {}
  /// The case over what the chain has made up to `id`, where the walk left `state`. `history`: the runs that
  /// led to it.
  void give(const std::string& id, const SharedState& state, std::vector<SharedEvidence> history);
  static CaseId case_over(const std::string& id) { return {Scenario::Replay, "over " + id}; }

 private:
  const CaseGround& ground_;
  CasePool& pool_;
};

}  // namespace windlass::run
