// What lies behind the first failure: each fault that the run went on past is
// judged by the same rules, as if all before it had been mended.
#pragma once

#include <vector>

#include "diagnose/context.h"
#include "diagnose/finding.h"
#include "run/going_on.h"

namespace windlass::diagnose {

/// Adds to the findings of the faithful run those of the other faults, and says which follow from which.
void add_later_findings(std::vector<Finding>& findings, const run::GoneOn& gone_on,
                        const SourceLines& source);

/// The evidence that a faithful run would have left, had everything before this fault been mended.
run::Evidence evidence_at(const run::GoneOn& gone_on, const run::Fault& fault, const SourceLines& source);

}  // namespace windlass::diagnose
