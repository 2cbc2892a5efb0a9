// The walk: the chain revision by revision, a process for each, all on one server that goes on. That is
// `stepwise`; the cases of `splits`, `populated` and `round-trip` start from the states that it leaves.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "run/populated_cases.h"
#include "run/round_trips.h"
#include "run/split_cases.h"

namespace windlass::run {

class Walk {
 public:
  Walk(const CaseGround& ground, CasePool& pool);

  /// How many cases come of it, of those that are wanted.
  size_t cases() const;
  /// To the end, or as far as it goes. The cases are given to the pool on the way.
  void run();
  /// What is to come when the pool has ended.
  void finish();

 private:
  bool keeps_states() const;
  void state_missing(size_t k, const std::string& because);
  void ended(size_t k, const std::string& because, bool could_not_look = false);

  const CaseGround& ground_;
  SplitCases splits_;
  PopulatedCases populated_;
  RoundTrips round_trips_;
  WalkPlace at_;
  Left last_;
};

}  // namespace windlass::run
