// The walk: the chain revision by revision, a process for each, all on one server that goes on. That is
// `stepwise`; the cases of `splits`, `populated`, `round-trip`, `replay` and `interrupted` start from the
// states that it leaves.
//
// A step that an earlier check had in the same way is not run for its own sake. Where a state behind it is
// wanted, all such steps on the way there are run by one process: none of them leaves anything that the next
// one could tell (run/left_behind.h), so the database is the same, and its catalog is held to what it was.
//
// Of what is proven (run/proven.h) no case is run. Where nothing else asks for their states, the revisions
// that are proven are run by one process, up to the last of them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "run/interrupted_cases.h"
#include "run/populated_cases.h"
#include "run/replay_cases.h"
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
  struct Planned {
    const KeptCase* kept = nullptr;  ///< the step as an earlier check had it
    bool run = true;                 ///< by a process of its own
    bool keep_state = false;         ///< cases start from there
    bool stand = false;              ///< the catalog behind it is wanted
  };

  /// A case with rows from behind order[k] that would be the next step.
  struct WaitingRows {
    size_t k = 0;
    SharedState state;
    std::vector<SharedEvidence> history;
  };

  bool walk_on();
  bool keeps_states() const;
  CaseId step(size_t k) const;
  size_t passed_over() const;
  bool populated_is_to_be_run(size_t k) const;
  void plan();
  void plan_splits();
  void plan_round_trips();
  void plan_interrupted();
  size_t end_of_stretch(size_t k) const;
  bool take_proven();
  void tell_proven();
  bool take(size_t k);
  bool take_kept(size_t first, size_t last);
  void settle_rows(bool came_through);
  void pass(size_t k);
  bool arrive(size_t k, const RunDone& done);
  void start_cases(size_t k, const Left* here, const WalkPlace& lower);
  void state_missing(size_t k, const std::string& because);
  void ended(size_t k, const std::string& because, bool could_not_look = false);

  const CaseGround& ground_;
  CasePool& pool_;
  SplitCases splits_;
  PopulatedCases populated_;
  RoundTrips round_trips_;
  ReplayCases replays_;
  InterruptedCases interrupted_;
  std::vector<Planned> planned_;
  size_t first_ = 0;   // no step before it is taken by itself, since they are proven
  size_t wanted_ = 0;  // as many steps are to be taken, one way or the other
  bool arrived_ = false;
  WalkPlace at_;
  Left stands_;
  std::optional<WaitingRows> waiting_rows_;
  std::shared_ptr<const WalkStep> step_;  // how it came there, where it took one revision by itself
};

}  // namespace windlass::run
