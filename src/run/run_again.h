// A chain over its own result: whether its revisions may be run again.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/location.h"
#include "populate/rows.h"
#include "run/check.h"
#include "scratch/run_folder.h"

namespace windlass::run {

/// A chain that was run once, on a server of windlass's own, and what it left.
struct FirstRun {
  scratch::RunFolder folder;
  CheckSettings settings;
  CheckOutcome outcome;
  std::string unknown_because;  ///< why nothing can be run over it; empty where it can
};
/// Of servers of windlass's own only.
base::Result<std::unique_ptr<const FirstRun>> run_first(CheckSettings settings);

/// What a second run meets in the tables.
enum class Tables {
  AsLeft,  ///< the rows of the chain's own
  Filled,  ///< also rows that were made up for it (populate/fill.h)
};

struct RanAgain {
  /// What a revision was stopped by, or what it made otherwise than before.
  struct Failure {
    std::string because;
    bool stopped = false;
  };
  std::map<std::string, Failure> failed;  ///< by revision
  /// Between the catalogs, or the rows, of the two ends, of no revision's making.
  std::vector<std::string> differences;
  /// A statement of a revision's own that writes other rows each time, over what it has written before; with
  /// Tables::Filled only.
  struct Written {
    std::string revision;
    base::Location location;
    std::string statement, sentence;
  };
  std::vector<Written> written;
  std::vector<populate::Unpopulated> unpopulated;  ///< tables that took no row
  std::string unknown_because;                     ///< why it is not known; empty where it is
  int interrupted = 0;                             ///< the signal that ended it early
};

/// Takes every version out of the chain's table, and runs it again on what it left. A revision that fails
/// then is entered as done, and the rest is run. `only`: the revisions that are asked about, the others are
/// entered as done, too; empty: all.
base::Result<RanAgain> run_again(const FirstRun& first, const std::set<std::string>& only = {},
                                 Tables tables = Tables::AsLeft);

}  // namespace windlass::run
