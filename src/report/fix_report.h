// What `fix` has to say, for the renderers.
#pragma once

#include <string>
#include <vector>

#include "diagnose/diagnose.h"
#include "fix/fixed.h"
#include "report/check_report.h"
#include "report/text_style.h"

namespace windlass::report {

struct FixReport {
  std::string project = ".";  ///< as the user named it
  fix::Fixed fixed;
  bool applied = false;
  std::vector<std::string> uncommitted;  ///< files whose changes are not committed: nothing may be applied
  /// The check of the project as it is, for what is said of its findings.
  const CheckReport* check = nullptr;
  diagnose::Verdict verdict = diagnose::Verdict::Incomplete;  ///< of the chain with every patch
  std::vector<std::string> remarks;
  bool quiet = false;  ///< no diffs
};

/// "fixed", "partly", "nothing", "refused".
std::string verdict_of(const FixReport& report);

/// What a person reads: each patch with its proof, then what is left to do by hand.
std::string fix_text(const FixReport& report, const TextStyle& style);
/// windlass.fix/1
std::string fix_json(const FixReport& report);

}  // namespace windlass::report
