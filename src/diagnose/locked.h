// What was done to revisions that windlass.lock knows, as findings. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "diagnose/finding.h"
#include "lock/lock.h"
#include "run/evidence.h"

namespace windlass::diagnose {

/// The codes of these findings.
std::span<const std::string_view> locked_codes();

/// `run`: the clean run. A revision whose statements are as they were is only mentioned.
std::vector<Finding> locked_findings(const lock::Lock& lock, const run::Evidence& run,
                                     const std::string& lock_file);

/// A lock that cannot be read: nothing is held against it.
Finding lock_unreadable(const base::Error& error, const std::string& lock_file);

}  // namespace windlass::diagnose
