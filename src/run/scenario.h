// The scenarios: the ways in which a chain is run. What is sent to the server depends on how a run is cut, so
// one way proves that way only. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "run/evidence.h"

namespace windlass::run {

enum class Scenario {
  Clean,        ///< from an empty database to the target, in one process
  Stepwise,     ///< each revision by a process of its own
  Splits,       ///< from every revision to the target in one process, as production does
  Populated,    ///< as Splits, with rows in every table of where it starts
  RoundTrip,    ///< each downgrade, and the upgrade again; the whole way down and up
  Repeat,       ///< the same again by fresh interpreters with other hash seeds
  Retry,        ///< the same command again on what the first run left
  Models,       ///< what the project's models create, held against the chain's head
  AsRole,       ///< as a deploying role, which is no superuser
  Replay,       ///< again over what the chain has made, its version tables emptied
  Interrupted,  ///< each revision killed where a part of its work is durable, and run again
  Hybrid,       ///< as Repairs, at every revision
  Repairs,      ///< each repair script at some places of the chain, and the upgrade from there
};

/// "clean", "stepwise", "splits", "populated", "round-trip", "repeat", "retry", "models", "as-role",
/// "replay", "interrupted", "hybrid", "repairs".
std::string to_string(Scenario scenario);
std::optional<Scenario> scenario_named(std::string_view name);
/// Those that may be asked for, in the order in which they are run and told; repairs, which comes where
/// repair scripts are named, is none of them.
const std::vector<Scenario>& all_scenarios();
/// Those of `check --all`: what a chain must stand to be sound. The others ask for more: that it can be run
/// again.
bool asks_for_soundness(Scenario scenario);

/// The revisions on the way to `to`, in the order in which Alembic takes them: as the run went; what it did
/// not reach comes after that, parents first. Where `to` is neither the heads nor an id, only what was run.
std::vector<std::string> walk_order(const Evidence& run, const std::string& to);

/// Where a downgrade of `revision` alone leads: its first parent, or "base".
std::string below(const chain::Chain& chain, const std::string& revision);

}  // namespace windlass::run
