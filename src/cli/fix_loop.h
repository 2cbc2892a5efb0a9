// Mending: one finding after the other, each mend tried on a copy of the project and kept only where it
// holds.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/options.h"
#include "cli/settings.h"
#include "cli/whole_check.h"
#include "fix/fixed.h"

namespace windlass::cli {

struct FixRun {
  fix::Fixed fixed;
  diagnose::Verdict verdict = diagnose::Verdict::Incomplete;  ///< of the last check
  std::vector<std::string> remarks;
  std::filesystem::path project;        ///< absolute
  std::string git_root, from_git_root;  ///< as report::CheckReport has them
  int interrupted = 0;
};

/// `say`: called with what is about to be done.
base::Result<FixRun> find_mends(const FixOptions& options, const ProjectAtHand& at_hand,
                                const std::vector<std::string>& environment,
                                const std::function<void(const std::string&)>& say);

}  // namespace windlass::cli
