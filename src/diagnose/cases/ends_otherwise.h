// A case that came to its end with another catalog than the clean run.
#pragma once

#include <string>
#include <vector>

#include "catalog/compare.h"
#include "diagnose/finding.h"
#include "run/case_run.h"

namespace windlass::diagnose {

/// Whether the case ended where the clean run did, so that their catalogs can be held against each other.
bool ends_comparable(const run::CaseRun& run);

/// `found` (not empty): the differences; `how`: "Run in two processes, the chain ends well and with another
/// catalog than in one". The place is that of the statement that made the first of the objects.
Finding ends_otherwise(const run::CaseRun& run, const std::vector<catalog::Difference>& found,
                       const std::string& how);

}  // namespace windlass::diagnose
