// windlass fix --idempotent: edits of whole revisions, proven by running the chain over its own result.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/whole_check.h"
#include "fix/fixed.h"
#include "run/project_copy.h"

namespace windlass::cli {

struct ReRunnableGround {
  const std::vector<std::string>& wanted;  ///< ids of revisions, or how they begin; empty: all
  std::filesystem::path interpreter;
  run::ProjectCopy& copy;
  std::function<base::Result<WholeCheck>()> check_copy;
  const std::function<void(const std::string&)>& say;
};

struct ReRunnable {
  /// One that had something to be done; with patches, or with sentences for a person, or both.
  struct Revision {
    diagnose::Finding finding;
    std::vector<fix::Patch> patches;  ///< without their numbers
    std::vector<std::string> by_hand;
  };
  std::vector<Revision> revisions;
  WholeCheck check;     ///< of the copy with the patches in it
  int interrupted = 0;  ///< the signal that ended it early
};

/// `check`: of the copy as it is. The copy holds what is proven afterwards, and nothing else.
base::Result<ReRunnable> make_re_runnable(const ReRunnableGround& ground, WholeCheck check);

}  // namespace windlass::cli
