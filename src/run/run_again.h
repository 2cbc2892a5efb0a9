// A chain over its own result: whether its revisions may be run again.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "run/check.h"

namespace windlass::run {

struct RanAgain {
  /// A revision, and what it was stopped by, or what it made otherwise than before.
  std::map<std::string, std::string> failed;
  std::vector<std::string> differences;  ///< between the catalogs of the two ends, of no revision's making
  std::string unknown_because;           ///< why it is not known; empty where it is
  int interrupted = 0;                   ///< the signal that ended it early
};

/// Runs the chain once, takes every version out of its table, and runs it again on what it left. A revision
/// that fails then is entered as done, and the rest is run. `only`: the revisions that are asked about, the
/// others are entered as done, too; empty: all. Of servers of windlass's own only.
base::Result<RanAgain> run_again(CheckSettings settings, const std::set<std::string>& only = {});

}  // namespace windlass::run
