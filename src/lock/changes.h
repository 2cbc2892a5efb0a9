// What was done to revisions that a lock knows: they were proven, and may have been applied anywhere. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "chain/chain.h"
#include "lock/lock.h"

namespace windlass::lock {

enum class ChangeKind {
  Edited,      ///< its file says something else
  Renumbered,  ///< the same file with another id
  Moved,       ///< it has other parents
  Removed,     ///< no file has its id
};

/// A revision of the lock that is not what it was.
struct Change {
  ChangeKind kind = ChangeKind::Edited;
  std::string id;      ///< in the lock
  std::string now_id;  ///< Renumbered: its id now
  /// Moved: revisions that stand between it and its parents of then, and that the lock does not know.
  std::vector<std::string> inserted;
  std::vector<std::string> parents, parents_now;  ///< Moved
  /// Edited: the first statement that differs, as it was and is; empty where one of the two has no such.
  /// Nothing where its statements are the same, or were not seen.
  struct Statement {
    std::string was, is;
  };
  std::optional<Statement> statement;
  bool statements_seen = false;  ///< Edited: both runs came through it
};

/// What was done, as the end of a sentence about the revision: "was edited".
std::string in_words(const Change& change);

/// `statements`: of the revisions that a run of the chain came through, as lock::statements_of tells them.
/// In the order of the lock; of one revision the gravest alone.
std::vector<Change> changes(const Lock& lock, const chain::Chain& chain,
                            const std::map<std::string, std::vector<std::string>>& statements,
                            const std::vector<std::string>& came_through);

}  // namespace windlass::lock
