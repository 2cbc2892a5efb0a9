// What a chain makes of a database, revision by revision: the timeline. Put together from the effects of one
// clean run, and checked by the full read at its end. Pure.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/location.h"
#include "catalog/fact.h"
#include "run/evidence.h"

namespace windlass::drift {

/// An object from one moment of the chain on.
struct Moment {
  size_t position = 0;     ///< 0: before the first revision; i: made by the i-th that ran
  std::string revision;    ///< empty before the first
  base::Location at;       ///< of the statement; unknown where no statement of a revision made it so
  bool there = true;       ///< false: it is not there from now on
  std::string definition;  ///< canonical JSON; empty where it is not there
};

struct Timeline {
  std::vector<std::string> revisions;  ///< in the order in which they ran
  /// Each object that there ever was, moments in order; between two of them it stays as it is.
  std::map<catalog::Object, std::vector<Moment>> objects;
  /// Sentences: where the effects and the full read at the end differ. The read is right then.
  std::vector<std::string> corrected;

  /// What is there when these revisions have run, and no others: in the order of the run.
  catalog::Snapshot at(const std::set<std::string>& applied) const;
  /// After the first `position` revisions.
  catalog::Snapshot at(size_t position) const;
  /// What each object is at each position, in order: `at` is called once for each change, with the first
  /// position that has it and the first that has it no more. An object that is not there yet is told, too.
  void each(const catalog::Object& object,
            const std::function<void(const Moment&, size_t from, size_t to)>& at) const;
};

/// `run`: a clean run of upgrades that ended well.
Timeline timeline_of(const run::Evidence& run);

/// What two runs of one chain make differently: the time of day in a default, a name of chance. No database
/// can be held against that.
std::set<catalog::Object> made_by_chance(const Timeline& one, const Timeline& other);

}  // namespace windlass::drift
