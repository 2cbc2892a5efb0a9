// The cases of `populated`: from each state of the walk, with rows in every table, as far as those rows have
// to be followed (run/rows_reach.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "populate/fill.h"
#include "run/case_ground.h"
#include "run/rows_reach.h"

namespace windlass::run {

class PopulatedCases {
 public:
  PopulatedCases(const CaseGround& ground, CasePool& pool);
  /// The case from order[k], where the walk left `state`. `history`: the runs that led to it.
  void give(size_t k, const SharedState& state, std::vector<SharedEvidence> history);
  CaseId case_from(size_t k) const;
  /// Whether that is the walk's own step behind order[k], which does the same with rows as without. Not so
  /// the last case: it tells which tables could be filled.
  bool is_step(size_t k) const;

 private:
  void run(size_t k, CaseRun run, const SharedState& state) const;

  const CaseGround& ground_;
  CasePool& pool_;
  std::optional<RowsReach> reach_;  // where these cases are wanted
  populate::FillOrder fill_;        // what is the same for every case
};

}  // namespace windlass::run
