// The project's chain, run on a scratch server: how, and to one of its revisions.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "catalog/live_read.h"
#include "cli/options.h"
#include "cli/settings.h"
#include "run/check.h"

namespace windlass::cli {

/// How the project's chain is run: from its base to its heads, unless somebody says otherwise.
base::Result<run::CheckSettings> chain_settings(const ChainRunOptions& options, const ProjectAtHand& at_hand,
                                                const std::vector<std::string>& environment);

/// The chain at one of its revisions.
struct ChainAt {
  run::CheckSettings settings;
  run::CheckOutcome outcome;  ///< of the run that led there
  catalog::LiveRead read;     ///< what the database held then; as a real database's
};

/// As run_chain_to() to the heads; where the chain breaks on the way, to the last revision before that.
/// `breaks_in`: where it broke; empty where it does not.
base::Result<ChainAt> run_chain_as_far_as_it_goes(const ChainRunOptions& options, std::string& breaks_in);

/// Runs the chain from its base to `revision`: an id, "heads", "base" or what the tool takes else. Steps that
/// an earlier run took in the same way are taken from the cache. `keep`: what is kept of what the server
/// holds then. An error where it does not come there.
base::Result<ChainAt> run_chain_to(const ChainRunOptions& options, const std::string& revision,
                                   const run::KeepState& keep = {});

/// What a run read of its database (`snapshot`: before it, or at its end), as a read of a real one.
catalog::LiveRead read_of_run(const catalog::Snapshot& snapshot, const run::Evidence& run);

}  // namespace windlass::cli
