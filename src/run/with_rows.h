// An upgrade of a database that holds rows of windlass's own.
#pragma once

#include <string>
#include <vector>

#include "run/scenario_runner.h"

namespace windlass::run {

/// What the statements of a run say about the values that the chain's tables hold; of those behind revision
/// `last` nothing. Empty: all of them.
populate::Hints hints_of(const Evidence& run, const std::string& last);

struct WithRows {
  RunDone done;  ///< its trace: of all the runs
  /// Tables that were left empty because the chain inserts rows of its own there that have the same keys.
  std::vector<populate::Unpopulated> seeded;
};

/// Upgrades to `target` from `state` with rows in it. Where an INSERT of the chain writes a key that one of
/// those rows holds (a table with few possible keys), it is run again without rows in that table: which rows
/// a chain inserts is what its tables are empty of.
base::Result<WithRows> upgrade_with_rows(ScenarioRunner& runner, const std::string& target,
                                         const SharedState& state, populate::FillOrder order);

}  // namespace windlass::run
