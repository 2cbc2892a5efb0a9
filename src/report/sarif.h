// A check as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "fix/fixed.h"
#include "report/check_report.h"

namespace windlass::report {

/// Replacements that mend a finding.
struct SarifFix {
  int finding = 0;          ///< its id
  std::string description;  ///< a sentence
  std::vector<const fix::FileChange*> files;
};

/// One run: its rules are the pages of what was found, its places are relative to %SRCROOT%, the root of the
/// git repository.
std::string check_sarif(const CheckReport& report, const std::vector<SarifFix>& fixes = {});

/// Why windlass itself could not do its work: a run without results, with a notification.
std::string error_sarif(const base::Error& error);

}  // namespace windlass::report
