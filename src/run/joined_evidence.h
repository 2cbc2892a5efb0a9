// Several runs on one database, one after the other, as if they had been one: what a rule needs to see who
// made what a later run stumbled over.
#pragma once

#include <memory>
#include <vector>

#include "run/evidence.h"

namespace windlass::run {

using SharedEvidence = std::shared_ptr<const Evidence>;

/// The outcome is that of the last; statements, sessions and transactions are numbered through. `runs` must
/// not be empty.
Evidence joined(const std::vector<SharedEvidence>& runs);

}  // namespace windlass::run
