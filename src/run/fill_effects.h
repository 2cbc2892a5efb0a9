// From the event triggers' reports to effects: what each statement of a
// recording created, altered and dropped, with the definition before and after.
//
// Pure. It walks the statements in the order they were answered, keeps the
// state of every database, follows each session's transactions (also the
// savepoints, and the subtransactions of PL/pgSQL that only the reports' own
// memory tells of), and marks what was undone later.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "catalog/fact.h"
#include "record/recording.h"
#include "run/unreported.h"

namespace windlass::run {

struct FilledEffects {
  /// For each database that a session worked in and `start` names: the facts as the effects leave them.
  /// What was never committed is not among them.
  std::map<std::string, catalog::Snapshot> end;
  /// Sentences: what changed on the server and in its event triggers, though no statement's text speaks of
  /// it.
  std::vector<std::string> unexplained;
};

/// Fills Statement::effects. `start`: the full read of each database before the first session. `read`, where
/// given: the full read after the last. It tells of a session's last report from inside a DO block or a
/// function whether that block undid it, which otherwise only a later report tells. `server_wide`, where
/// given: what roles and databases there were before and after, of which no report tells.
FilledEffects fill_effects(record::Recording& recording,
                           const std::map<std::string, catalog::Snapshot>& start,
                           const std::map<std::string, catalog::Snapshot>& read = {},
                           const ServerWideReads* server_wide = nullptr);

/// One sentence for each difference between what the effects lead to and what a full read found; none when
/// they agree. Event triggers are left out: PostgreSQL reports nothing about them.
std::vector<std::string> self_check(const catalog::Snapshot& from_effects, const catalog::Snapshot& read);

}  // namespace windlass::run
