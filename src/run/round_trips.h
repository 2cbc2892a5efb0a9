// The cases of `round-trip`: each downgrade and the upgrade again, and the whole way down and up.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "run/case_ground.h"

namespace windlass::run {

/// Where the walk stands, at a revision.
struct WalkPlace {
  std::vector<SharedEvidence> history;  ///< the runs that led there
  catalog::Snapshot catalog;
  std::vector<std::string> versions;
};

/// How the walk took one revision by a process of its own.
struct WalkStep {
  SharedState before;  ///< what it began with
  SharedEvidence run;
  CaseTrace trace;
};

class RoundTrips {
 public:
  RoundTrips(const CaseGround& ground, CasePool& pool) : ground_(ground), pool_(pool) {}

  /// The trip down from order[k], where the walk is at `upper` and left `state`, and up again. `lower`: where
  /// it was before that. `step`: how it came up, where that is known; a trip that comes down to what the step
  /// began with need not go up again, and the next trip down goes on from there.
  void give(size_t k, const SharedState& state, const WalkPlace& lower, const WalkPlace& upper,
            std::shared_ptr<const WalkStep> step);
  CaseId case_of(size_t k) const { return {Scenario::RoundTrip, ground_.order[k], k}; }
  /// The trip from order[k] as an earlier check had it: told then.
  bool tell_found(size_t k);
  /// An earlier check had it so that its downgrade failed.
  bool found_to_fail(size_t k) const;
  static CaseId case_of_whole_way() { return {Scenario::RoundTrip, "the whole way"}; }
  bool has_downgrade(size_t k) const;
  bool whole_way_is_proven() const;
  /// What was given goes to the pool. To be called when the walk has ended.
  void flush();
  /// The whole way, from where the walk ended: given to the pool with the other trips.
  void give_whole_way(const WalkPlace& top, Left left);
  /// Tells it, when all trips have come back: what one of them says, it does not say again.
  void tell_whole_way();

 private:
  struct Trip {
    size_t k;
    CaseRun begun;
    SharedState state;
    std::vector<std::string> down_to, up_to;
    std::shared_ptr<const WalkStep> step;
  };
  /// How a trip went, beyond what stands in its case.
  struct Course {
    CaseTrace trace;
    std::string refused;  ///< why the tool would not even begin; empty: it began
    Left back = {};       ///< a server that holds what the walk's step began with; empty: none is known to
  };
  Left take(const Trip& trip, Left from);
  base::Result<Course> down_and_up(CaseRun& run, const std::string& down_to, Left from,
                                   const std::vector<std::string>& up_to, const WalkStep* step) const;
  std::string whole_way_is_left_out() const;

  const CaseGround& ground_;
  CasePool& pool_;
  std::vector<Trip> waiting_;  // in the order of the walk
  std::atomic<bool> down_failed_{false};
  CaseRun whole_{Scenario::RoundTrip, "the whole way", {}, {}};
  std::optional<base::Result<Course>> whole_course_;  // absent: it was not run
};

}  // namespace windlass::run
