// The cases of `replay`: from each state of the walk, its version tables emptied, to the target. A chain that
// is idempotent comes to the same catalog again. One that is not mostly stops at one and the same statement
// over all states: a case is run, and each later state is asked what led it there (run/stop_script.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "run/case_ground.h"
#include "run/stop_script.h"

namespace windlass::run {

class ReplayCases {
 public:
  ReplayCases(const CaseGround& ground, CasePool& pool) : ground_(ground), pool_(pool) {}
  /// The case over what the chain has made up to order[k], where the walk left `here`. `history`: the runs
  /// that led to it. Told of by the walk, revision by revision, from one thread.
  void give(size_t k, const Left& here, std::vector<SharedEvidence> history);
  /// As an earlier check had it: told then.
  bool tell_found(size_t k) const;
  bool found(size_t k) const;
  static std::string name_of(const std::string& id) { return "over " + id; }

 private:
  /// A case that was run, and stopped, with what its state answers to what led it there.
  struct Stopped {
    SharedEvidence run;
    CaseTrace trace;
    StopScript script;
    std::string answers;
  };

  /// Where it stops in a revision that made what it began with, none behind that has a part in it.
  CaseId stopped_below(size_t k) const {
    return {Scenario::Replay, name_of(ground_.order[k]), k, ground_.settings.to};
  }
  CaseId whole(size_t k) const { return {Scenario::Replay, name_of(ground_.order[k])}; }
  bool stops_below(const Evidence& run, size_t k) const;
  bool equals_stopped(scratch::Server& server) const;
  void run(size_t k, CaseRun run, const SharedState& state, std::optional<Stopped>* stopped) const;

  const CaseGround& ground_;
  CasePool& pool_;
  std::optional<Stopped> stopped_;
  int in_vain_ = 0;  // cases in a row that were run to be asked about, and equal nothing
};

}  // namespace windlass::run
