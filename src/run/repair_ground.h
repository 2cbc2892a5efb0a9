// Where repair scripts are run in number: the states that the chain leaves behind its revisions, each made
// from one before it, and the upgrade from what a script made of one.
//
// Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "run/repair_run.h"
#include "run/scenario_runner.h"

namespace windlass::run {

class RepairGround {
 public:
  /// `settings`: how the chain is run; its clean run is `clean`, and `order` its revisions as it took them.
  static base::Result<std::unique_ptr<RepairGround>> make(CheckSettings settings, const Evidence& clean,
                                                          std::vector<std::string> order);

  /// What stands where the first `position` revisions have run, as one upgrade leaves it; null for none of
  /// them: an empty database.
  base::Result<SharedState> at(size_t position);
  /// Runs the script on that, in the chain's own database; the server goes on for upgrade() where
  /// `keep_server`.
  base::Result<RepairOutcome> run(const RepairScript& script, const SharedState& state, bool keep_server);
  /// The upgrade to the chain's target from what a script has left.
  base::Result<SharedEvidence> upgrade(RepairOutcome& ran);
  /// The signal that ended a run early; 0: none.
  int interrupted() const { return runner_->interrupted(); }

 private:
  RepairGround(CheckSettings settings, std::string database, std::vector<std::string> order)
      : settings_(std::move(settings)), database_(std::move(database)), order_(std::move(order)) {}

  CheckSettings settings_;
  const std::string database_;
  const std::vector<std::string> order_;
  scratch::RunFolder folder_;
  std::unique_ptr<ScenarioRunner> runner_;

  std::mutex mutex_;                      // guards what follows
  std::map<size_t, SharedState> states_;  // of some positions
};

}  // namespace windlass::run
