// diff --sql: the statements that turn A into B.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "catalog/live_read.h"
#include "cli/options.h"
#include "cli/sql_side.h"
#include "run/sql_files.h"
#include "run/turn.h"
#include "scratch/run_folder.h"

namespace windlass::cli {

/// One side as SQL that a scratch server can load, and the roles that are there.
struct SideAsSql {
  run::GivenFile file;
  std::optional<scratch::RunFolder> folder;       ///< where it is a dump that was made for this
  std::optional<std::vector<std::string>> roles;  ///< of the real server; nothing where any may be there
  std::string role;                     ///< that statements are run as there; empty where nobody knows
  std::optional<StandingSql> standing;  ///< where it was loaded already
  bool of_snapshot = false;  ///< which roles there are is known only as far as its statements name them
};

/// A database with nothing in it.
base::Result<SideAsSql> nothing_as_sql();
/// The dump of a real database; the environment must still lead there.
base::Result<SideAsSql> dump_of_url(const std::string& url, std::chrono::milliseconds lock_wait);
/// The statements that a snapshot holds. An error where it has none, with why. `file`: it, as it was named.
base::Result<SideAsSql> statements_of_snapshot(const catalog::LiveRead& snapshot, const std::string& file);
/// What the chain makes, at a revision ("base", "heads", an id), and its dump.
struct DumpedChain {
  catalog::LiveRead read;
  SideAsSql sql;
};
base::Result<DumpedChain> dump_of_chain(const ChainRunOptions& options, const std::string& revision);

struct TurnSide {
  SideAsSql& sql;
  const catalog::LiveRead& read;
};

/// `a`, `b`: loaded on scratch servers of A's major version, where one is there.
base::Result<run::Turned> turn_a_into_b(const TurnSide& a, const TurnSide& b, const DiffOptions& options,
                                        const catalog::LiveReadOptions& live);

}  // namespace windlass::cli
