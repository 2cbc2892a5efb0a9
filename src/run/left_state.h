// What a run left on a server of windlass's own, for others to begin with.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "catalog/fact.h"
#include "scratch/saved_state.h"
#include "scratch/server.h"

namespace windlass::run {

struct LeftState {
  /// The data folder; null where it was not kept: then only the server itself can go on.
  std::shared_ptr<const scratch::SavedState> saved;
  std::set<std::string> databases, roles;  ///< that the project's sessions have asked for
  /// What was read at the end, as far as it could be: nobody has changed anything since.
  std::map<std::string, catalog::Snapshot> catalogs;
  std::optional<catalog::Snapshot> server_wide;
  std::map<std::string, std::string> contents;  ///< by database, where asked for: run/contents.h
};

using SharedState = std::shared_ptr<const LeftState>;
/// A server that still runs, and holds what a run left. One run goes on on it.
using SharedServer = std::shared_ptr<scratch::Server>;

}  // namespace windlass::run
