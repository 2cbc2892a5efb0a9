// One step on the way from one schema to another.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "catalog/object.h"

namespace windlass::ddl {

struct Step {
  catalog::Object object;               ///< what it is about
  std::vector<std::string> statements;  ///< run together, without semicolons
  /// Other ways to the same, each tried where the server refuses the one before.
  std::vector<std::vector<std::string>> instead = {};
  /// What of the data is lost by it, as a sentence; empty: nothing.
  std::string loses = {};
  /// Which rows make the server refuse it, as a sentence; empty: none.
  std::string refused_by = {};
  /// It sets what is not read because it may be a secret: *** stands there, for a person to put it in.
  bool secret = false;
  /// To be committed before anything that uses it: a new label of an enum.
  bool apart = false;
  /// Only where nothing else could be done: it loses what another step for the same would keep.
  bool last = false;
  /// The row ("1259:16385:2") whose dependents stand in the way where the server refuses it for their sake;
  /// empty: nothing is to be done about that.
  std::string row = {};
  /// What it changes stays in B, and what it makes anew for that is only made once it is done: what needs it
  /// is dropped at once.
  bool anew = false;
  /// Drops come first, then what is made or altered.
  enum class Phase { Drop, Make } phase = Phase::Make;
  size_t place = 0;  ///< within its phase
};

}  // namespace windlass::ddl
