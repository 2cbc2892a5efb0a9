// A mend that lets an error out which was caught: the chain fails with it alone. It is tried together with
// the mend of what it lets out.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/error.h"
#include "cli/whole_check.h"
#include "fix/mend.h"
#include "fix/proof.h"
#include "run/project_copy.h"

namespace windlass::cli {

struct UncoverGround {
  run::ProjectCopy& copy;
  fix::Sources::Reader read;
  fix::RevisionWriter new_revision;
  std::function<base::Result<WholeCheck>()> check_copy;
  std::function<fix::Checked(const WholeCheck&)> checked_of;
};

struct Uncovered {
  std::optional<fix::Mend> mend;  ///< both in one; not proven yet. The copy is as before
  std::string hidden;   ///< where there is none: what was hidden, or why that is not known, as a clause
  int interrupted = 0;  ///< the signal that ended it early
};

base::Result<Uncovered> uncover(const UncoverGround& ground, const fix::Mend& mend, const WholeCheck& before);

}  // namespace windlass::cli
