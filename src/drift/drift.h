// Where a real database stands on its chain, what differs from there, and which revision made each
// difference. Pure.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/location.h"
#include "catalog/comparable.h"
#include "chain/chain.h"
#include "drift/timeline.h"
#include "record/recording.h"

namespace windlass::drift {

/// What the database says of itself.
struct VersionTable {
  std::string table;  ///< the version table, qualified; empty: it has none
  std::vector<std::string> versions;
  std::string not_readable_because;  ///< its rows; empty: they were read
};

struct Provenance {
  std::string by;        ///< "revision", "script", "create_all", "unknown"
  std::string revision;  ///< of "revision"; of "script": where it was run
  base::Location at;
  std::string certainty;  ///< "same-definition", "same-name"; empty where nobody is known
  std::string evidence;   ///< one sentence
};

enum class State { Missing, Extra, Different };
std::string to_string(State state);

struct Drifted {
  catalog::Object object;
  State state = State::Different;
  std::map<std::string, size_t> parts;  ///< that are missing or extra with it: by kind, how many
  std::string words;                  ///< "table public.pets (with 3 columns)"; of a difference what differs
  std::vector<std::string> equal_at;  ///< revisions at which the chain has it as it is, "base" among them
  std::string expected, actual;       ///< canonical JSON; empty where it is not there
  std::vector<Provenance> provenance;
};

/// How far the database is from one place of the chain, in objects.
struct Distance {
  size_t missing = 0, extra = 0, different = 0;
  size_t all() const { return missing + extra + different; }
};

struct Nearest {
  std::string revision;  ///< "base" before the first
  Distance distance;
  std::vector<std::string> alike;  ///< others that no object tells apart from it
};

struct Drift {
  /// "at", "behind", "hybrid", "unversioned", "unknown-version", "overlapping-versions", "incomplete".
  std::string verdict;
  VersionTable version_table;
  std::vector<std::string> unknown_versions;  ///< claimed, and no revisions of the chain
  /// Claimed, and behind another one that is claimed: Alembic then refuses every upgrade.
  std::vector<std::string> overlapping;
  std::vector<std::string> heads;
  std::vector<std::string> expected_at;  ///< where the objects below are compared; "base" before the first
  std::optional<std::string> exact;      ///< the revision that all objects stand at, where there is one
  Nearest nearest;
  bool out_of_reach = false;  ///< the chain does not come to what is claimed: compared at the nearest
  size_t pending = 0;         ///< revisions that `upgrade` would run from the claimed ones
  std::vector<Drifted> objects;
  catalog::Comparable compared;  ///< at the place of `expected_at`
  std::vector<catalog::Ignored> ignored;
};

struct Expected {
  const Timeline& timeline;
  const chain::Chain& chain;
  const catalog::LiveRead& at_end;           ///< the chain's own database at its end
  std::vector<std::string> version_tables;   ///< qualified
  std::set<catalog::Object> by_chance = {};  ///< not compared: made_by_chance()
};

/// `wanted`: compare at these revisions of the chain ("base": before the first) whatever the database says of
/// itself; a verdict of "at" then means that it is there. None: at what it claims.
Drift find_drift(const Expected& expected, const catalog::LiveRead& real, const VersionTable& version_table,
                 const std::vector<std::string>& wanted);

/// What somebody makes of a database, beside the chain.
struct Maker {
  Provenance who;          ///< without certainty
  catalog::Snapshot made;  ///< what it makes or changes, as it is then
  std::set<catalog::Object> dropped;
  std::map<catalog::Object, base::Location> at;  ///< the statement that did it, where one was seen
  std::string name, how;  ///< evidence: "create_all of the project's models", ", run at revision 003,"
};

/// Adds a maker to the provenance of each difference that it explains: what it makes is as the database has
/// it, a table with all its parts; or it dropped what is missing. Returns how many.
size_t add_maker(Drift& drift, const Maker& maker);

/// What a run of a repair script came to. `revision`: where the chain stood before it.
Maker maker_of(const record::Recording& recording, const std::string& script, const std::string& revision);
Maker create_all(const catalog::Snapshot& made);

}  // namespace windlass::drift
