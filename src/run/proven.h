// What need not be run, since an earlier proof did it in the same way.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "chain/chain.h"
#include "run/scenario.h"

namespace windlass::run {

/// What somebody vouches for (windlass.lock): the cases of these scenarios that begin with one of these
/// revisions, and with nothing but them before it.
struct Proven {
  std::set<std::string> revisions;  ///< with all their ancestors
  std::set<Scenario> scenarios;
};

/// How many revisions at the beginning of `order` are proven and can be reached by one process that upgrades
/// to the last of them: what stands on any other revision, on another branch, is not what was proven.
size_t proven_at_the_beginning(const std::vector<std::string>& order, const chain::Chain& chain,
                               const std::set<std::string>& revisions);

}  // namespace windlass::run
