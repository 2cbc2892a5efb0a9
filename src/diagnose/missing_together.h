// Missing objects that one mending brings: one root, and the others follow from it.
#pragma once

#include <vector>

#include "diagnose/context.h"
#include "diagnose/finding.h"

namespace windlass::diagnose {

/// Among the findings of a run that went on past failures (`gone_on`): an index that is missing because its
/// table is follows from the table's finding; and where a chain changes tables before it has made any, and
/// makes none of them later either, what it lacks is its first revision: that becomes a root of its own
/// (first-revision-missing), from which every object that nothing creates follows. Ids stay, a new finding
/// comes last. Gives the ids of those that follow now.
std::vector<int> missing_together(std::vector<Finding>& findings, const run::Evidence& gone_on,
                                  const SourceLines& source);

}  // namespace windlass::diagnose
