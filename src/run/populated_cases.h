// The cases of `populated`: from each state of the walk, with rows in every table, to the target.
#pragma once

#include <string>
#include <vector>

#include "populate/fill.h"
#include "run/case_ground.h"

namespace windlass::run {

class PopulatedCases {
 public:
  PopulatedCases(const CaseGround& ground, CasePool& pool);
  /// The case from `id`, where the walk left `state`. `history`: the runs that led to it.
  void give(const std::string& id, const SharedState& state, std::vector<SharedEvidence> history);
  static CaseId case_from(const std::string& id) { return {Scenario::Populated, "from " + id}; }

 private:
  void run(CaseRun run, const SharedState& state) const;

  const CaseGround& ground_;
  CasePool& pool_;
  populate::FillOrder fill_;  // what is the same for every case
};

}  // namespace windlass::run
