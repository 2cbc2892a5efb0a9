// What a place of a revision made of the application's models, as it was when the revision was written: what
// create_all sends today, without what the chain itself makes later. Pure.
#pragma once

#include <string>
#include <vector>

#include "fix/mend.h"

namespace windlass::fix {

/// What is made there, and how it is taken back.
struct Frozen {
  std::vector<std::string> statements;  ///< SQL, in the order in which create_all sends them
  std::vector<catalog::Object> made;  ///< tables, types and sequences among it, in the order of their making
  /// Objects that are left out, and that later statements make: for the summary.
  std::vector<catalog::Object> left_out;
  bool plain = true;  ///< dropping what is `made`, the last first, takes all of it back
};

/// `run` went past its failures to the end of the chain. Not mended: a later statement tells that something
/// was otherwise then, and not how; the place sends more than definitions; not every revision was run.
Mended<Frozen> frozen(const run::Evidence& run, const base::Location& place, const std::string& revision);

}  // namespace windlass::fix
