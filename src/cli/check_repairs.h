// Repair scripts beside a check: each run where it could run, and the chain's upgrade from there.
#pragma once

#include <vector>

#include "base/error.h"
#include "cli/check_server.h"
#include "report/check_report.h"
#include "run/repair_run.h"

namespace windlass::cli {

/// Runs each script on an empty database, right before the revisions that make what it makes, and at the end
/// of the chain, and puts what that says into the report: findings, a scenario's line, and remarks. `check`:
/// the chain's own. `every_place`: at every revision instead, which is the scenario `hybrid`; it failed where
/// an upgrade behind a script comes through and ends otherwise than the chain, and not where one stops.
/// Returns the signal that ended it early; 0 otherwise.
base::Result<int> add_repairs(const run::CheckSettings& settings, const ServerCheck& check,
                              const std::vector<run::RepairScript>& scripts, bool every_place, bool progress,
                              report::CheckReport& report);

}  // namespace windlass::cli
