// Whether a lock stands for what begins in some revisions of a chain, so that it need not be run again. Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "chain/chain.h"
#include "lock/changes.h"
#include "lock/lock.h"

namespace windlass::lock {

/// What there is to hold a lock against.
struct Ground {
  const chain::Chain& chain;
  const Lock& now;                          ///< what a clean run just now says (make_lock)
  const std::vector<Change>& changes;       ///< since the lock was written
  std::vector<std::string> changed_inputs;  ///< files of the lock's inputs
};

/// Why `lock` does not stand for the revisions `ids` and all before them: clauses, the gravest first; none
/// where it does. It does where it knows each of them as it is, where they lead to the same catalog, and
/// where the versions that it was proven with, and all other files that it ran, are the same.
std::vector<std::string> why_not_known(const Lock& lock, const std::vector<std::string>& ids,
                                       const Ground& ground);

}  // namespace windlass::lock
