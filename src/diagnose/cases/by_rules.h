// What the rules say of a case.
#pragma once

#include <vector>

#include "diagnose/context.h"
#include "diagnose/finding.h"
#include "run/case_run.h"

namespace windlass::diagnose {

/// All but for remarks on the source, which the clean run has told. A case that failed is judged together
/// with the runs that led to it.
std::vector<Finding> by_rules(const run::CaseRun& run, const SourceLines& source);
/// The same of one of several runs that begin alike: the case's others have not led to it.
std::vector<Finding> by_rules(const run::CaseRun& run, const run::SharedEvidence& last,
                              const SourceLines& source);

}  // namespace windlass::diagnose
