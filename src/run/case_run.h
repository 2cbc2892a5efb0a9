// One case of a scenario, as it was run: evidence, and what it is held against.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/fact.h"
#include "populate/rows.h"
#include "run/joined_evidence.h"
#include "run/scenario.h"

namespace windlass::run {

/// A way down and up again.
struct RoundTrip {
  std::string revision;      ///< empty: the whole way
  catalog::Snapshot lower;   ///< the catalog below the revision, as the way up had it
  bool lower_known = false;  ///< the downgrade led to the versions that `lower` was read at
  catalog::Snapshot upper;   ///< and above it
  SharedEvidence down;
  std::vector<SharedEvidence> up;  ///< none where the downgrade failed; one for each version row
};

/// An upgrade of a database that holds rows.
struct Populated {
  populate::Rows rows;        ///< all of them
  SharedEvidence full;        ///< the upgrade with them
  SharedEvidence without;     ///< the same without any; null where `full` went well
  populate::Rows plain_rows;  ///< the ordinary ones
  SharedEvidence plain;       ///< the upgrade with those alone; null where `without` failed like `full`
};

/// A revision killed when a part of its work was durable, and run again.
struct Kill {
  SharedEvidence killed, again;
};

/// All kills of one revision.
struct Interrupted {
  catalog::Snapshot expected;  ///< where it leads without
  bool to_the_target = false;  ///< that is the end of the chain, and not of the revision
  TableRows rows = {};         ///< what stands in the tables there; known where there are kills
  std::vector<Kill> kills;
};

/// One case, as it was run.
struct CaseRun {
  Scenario scenario = Scenario::Clean;
  std::string name;                    ///< "from 003"; empty where the scenario is one case
  std::vector<SharedEvidence> before;  ///< the runs that led to where it starts
  std::vector<SharedEvidence> runs;    ///< its own
  SharedEvidence clean = {};           ///< the clean run, which the others are held against
  std::optional<RoundTrip> round_trip = {};
  std::optional<Populated> populated = {};
  std::optional<Interrupted> interrupted = {};
  /// Of `replay` over the whole chain: what stood in the tables before.
  std::optional<TableRows> rows_before = {};
  /// Names of cases that were not run, because each would have gone on as this one did; in order, all of
  /// them before this one.
  std::vector<std::string> equal = {};
  /// It was not run itself: it would have gone as another case did, whose runs these are.
  bool as_another = false;
};

struct LeftOut {
  std::string name, because;
};

/// A table that took no row.
struct NotPopulated {
  std::string table, name, because;  ///< name: of the first case that it was in
};

/// What became of one scenario.
struct ScenarioOutcome {
  Scenario scenario = Scenario::Clean;
  size_t cases = 0;                      ///< that were run, or need not be
  size_t equal = 0;                      ///< of them: not run, equal to the one after it
  size_t cached = 0;                     ///< of them: not run, an earlier check had them in the same way
  std::vector<std::string> proven = {};  ///< beside them: cases that need not be run (run/proven.h), in order
  std::vector<std::string> applied;      ///< revisions, each once
  std::string failed;                    ///< the first revision that an upgrade stopped in
  size_t statements = 0;
  double seconds = 0;                            ///< of all its runs, one after the other
  std::string not_run_because;                   ///< empty where it ran
  bool could_not_look = false;                   ///< windlass itself failed in it
  std::vector<LeftOut> left_out;                 ///< cases that could not be run, or need not be
  std::vector<NotPopulated> not_populated = {};  ///< each table once
};

}  // namespace windlass::run
