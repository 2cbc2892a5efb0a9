// Where a finding was seen, for people.
#pragma once

#include <string>

#include "diagnose/finding.h"

namespace windlass::report {

/// "Found in scenario splits (from 003, from 004)."; empty for what the clean run has.
std::string where_found(const diagnose::Finding& finding);

}  // namespace windlass::report
