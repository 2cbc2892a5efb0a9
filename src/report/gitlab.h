// A check as GitLab's code quality report (https://docs.gitlab.com/ci/testing/code_quality/): a list of what
// was found, with its fingerprint; GitLab compares the list of a branch with that of its target.
#pragma once

#include <string>

#include "base/error.h"
#include "report/check_report.h"

namespace windlass::report {

/// Suppressed findings are left out. What has no place in the repository stands at the first line of its
/// revision's file, else of the chain's configuration: an entry must have one.
std::string check_gitlab(const CheckReport& report);

/// Why windlass itself could not do its work: one entry, so that the list does not read as "nothing found".
std::string error_gitlab(const base::Error& error);

}  // namespace windlass::report
