// What every case of a check stands on.
#pragma once

#include <string>
#include <vector>

#include "run/case_pool.h"
#include "run/check.h"
#include "run/scenario_runner.h"
#include "run/tally.h"

namespace windlass::run {

/// All of it outlives the cases.
struct CaseGround {
  const CheckSettings& settings;
  const CheckOutcome& clean_outcome;
  SharedEvidence clean;            ///< its evidence
  std::vector<std::string> order;  ///< the revisions on the way (walk_order)
  ScenarioRunner& runner;
  Tally& tally;
};

}  // namespace windlass::run
