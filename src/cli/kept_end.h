// The end of a chain, kept with all that its database holds: what a database is like that has run the chain,
// and what leads from one such end to another. On servers of windlass's own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "run/check.h"
#include "run/turn.h"

namespace windlass::cli {

struct KeptEnd {
  run::CheckSettings settings;  ///< that it was run with
  run::Evidence evidence;
  run::SharedState state;
  int interrupted = 0;  ///< the signal that ended it early; there is no state then
};

/// Runs the chain of `settings` to `revision` (an id, "heads"). `pack`: the new file of the state. An error
/// where it does not come there, or the state cannot be kept.
base::Result<KeptEnd> keep_end(run::CheckSettings settings, const std::string& revision,
                               const std::filesystem::path& pack);

/// The statements that lead from one end to the other, and back. Each way is proven on a copy of the end that
/// it begins with, rows and all.
struct BothWays {
  run::Turned there, back;
};
base::Result<BothWays> turn_both_ways(const KeptEnd& a, const KeptEnd& b);

/// The chain of `settings`, run to `revision` from where `from` stands.
base::Result<run::CheckOutcome> run_from(const KeptEnd& from, run::CheckSettings settings,
                                         const std::string& revision);
/// The chain of `settings`, run to `revision` from an empty database.
base::Result<run::CheckOutcome> run_to(run::CheckSettings settings, const std::string& revision);

/// How the catalogs of two runs' ends differ; sentences. Not the order of columns, which no statement
/// changes.
std::vector<std::string> differences_of_ends(const run::Evidence& a, const run::Evidence& b,
                                             const std::string& a_name, const std::string& b_name);

}  // namespace windlass::cli
