// What turns one database into another: planned, tried on a copy of the first until the two are alike, and
// then run as a whole on a second copy.
//
// Which order the server takes is found by trying: a step that is refused is tried again when others have
// been run; where objects stand in its way that can be made anew, they are dropped first. After every round
// the copy is read again, and what still differs is planned anew.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "catalog/comparable.h"
#include "catalog/compare.h"
#include "catalog/live_read.h"
#include "ddl/schema.h"
#include "ddl/step.h"
#include "run/scratch_place.h"

namespace windlass::run {

/// A step that was run.
struct TakenStep {
  ddl::Step step;
  /// The strongest lock on each table that was there before, as LOCK TABLE spells it: "ACCESS EXCLUSIVE".
  std::map<std::string, std::string> locks;
  std::vector<std::string> rewrites;  ///< tables whose rows were written anew
};

/// Something that only A has, and something like it that only B has.
struct Rename {
  catalog::Object from, to;
};

struct Turned {
  std::vector<TakenStep> keeping;  ///< lose nothing
  std::vector<TakenStep> losing;   ///< from the first that loses something on
  /// Whether the second copy became what B is; where not, why.
  bool proven = false;
  std::string because;
  std::vector<std::string> still_different;  ///< sentences; where it is not proven
  std::vector<std::string> refused;          ///< steps that the server never took, and its words
  std::vector<std::string> by_hand;          ///< statements that nothing was tried of: see by_hand.h
  /// What differs still, and no statement changes without making a table anew: the order of columns.
  std::vector<std::string> left;
  std::vector<Rename> maybe_renamed;
  std::vector<std::string> remarks;
  std::string role;  ///< that ran it, where somebody said which: what it makes is that one's
};

struct TurnSettings {
  catalog::Wanted wanted;  ///< what is compared at all
  /// OLD=NEW: what is one object under two names, as differences spell them.
  std::vector<std::pair<std::string, std::string>> renames;
  /// The role that the script is run as: a superuser there. Empty: as the place's own.
  std::string run_as = {};
  std::function<void(const std::string& doing)> progress;  ///< may be empty
  std::function<bool(const Rename&)> ask;  ///< whether one was renamed to the other; empty: nobody is there
};

/// `database`: on `place`, as A is; it is copied and stays. `a`, `b`: what was read of the two, the
/// originals. `target`: B, for its statements. An error: a copy cannot be had, a rename names nothing.
base::Result<Turned> turn_into(ScratchPlace& place, const std::string& database, const catalog::LiveRead& a,
                               const catalog::LiveRead& b, const ddl::Schema& target,
                               const TurnSettings& settings);

/// The strongest of the modes; empty where there is none.
std::string strongest_lock(const std::map<std::string, std::string>& locks);

/// What such a script begins with, as pg_dump does: names are qualified, but for those in bodies of
/// functions, which are looked up when they run.
const std::vector<std::string>& script_settings();

/// The statements of a script of these steps, with the transactions around them: a step `apart` is in none.
std::vector<std::string> script_of(const std::vector<TakenStep>& steps);

}  // namespace windlass::run
