// The cases of `interrupted`: each revision killed wherever it has made something durable, and run again. A
// kill between two statements of a transaction leaves what there was before it: that was run already, so one
// kill is tried for each durable state.
#pragma once

#include <string>
#include <vector>

#include "catalog/fact.h"
#include "run/case_ground.h"

namespace windlass::run {

class InterruptedCases {
 public:
  InterruptedCases(const CaseGround& ground, CasePool& pool) : ground_(ground), pool_(pool) {}

  /// The case of order[k]. `before`: the state that the walk took it from; empty: an empty database. `done`:
  /// how it went by itself; `history`: the runs that led to it. `on`: the rest of the chain can tell whether
  /// it goes on in the process that took it again, so that is run to the target.
  void give(size_t k, const SharedState& before, const RunDone& done, std::vector<SharedEvidence> history,
            bool on);
  /// As an earlier check had it: told then.
  bool tell_found(size_t k) const;
  bool found(size_t k) const;

 private:
  /// Where no kill leaves a state of its own, the case is that of its revision alone; where one does, what
  /// comes after it in the chain decides how far it is run.
  CaseId without_kill(size_t k) const { return {Scenario::Interrupted, ground_.order[k], k}; }
  CaseId with_kills(size_t k) const { return {Scenario::Interrupted, ground_.order[k]}; }

  const CaseGround& ground_;
  CasePool& pool_;
};

}  // namespace windlass::run
