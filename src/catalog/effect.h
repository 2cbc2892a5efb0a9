// An effect: one object created, altered or dropped by one statement. It is
// the difference of the object's definition before and after, nothing less.
#pragma once

#include <string>
#include <vector>

#include "catalog/object.h"

namespace windlass::catalog {

enum class Change { Created, Altered, Dropped };

struct Effect {
  Object object;
  Change change = Change::Created;
  std::string before;        ///< definition before; empty when created
  std::string after;         ///< definition after; empty when dropped
  std::string renamed_from;  ///< the object's name before, when the statement renamed it
  bool rolled_back = false;  ///< undone by a later rollback of its (sub)transaction
};

/// "created", "altered", "dropped"; "rolled-back" for what was undone.
std::string to_string(Change change);
std::string outcome_of(const Effect& effect);

/// What the effects of one command come to: an object made and dropped again is none, one dropped and made
/// anew is altered, one altered twice is altered once. In the order in which the objects were first touched.
std::vector<Effect> folded(std::vector<Effect> effects);

}  // namespace windlass::catalog
