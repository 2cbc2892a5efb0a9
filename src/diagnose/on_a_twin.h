// What the rules say of an upgrade that was tried on a twin of a real database. The revisions that the
// database claims did not run there: what they make, and the database has not, is made by nobody that a rule
// could see.
#pragma once

#include <vector>

#include "diagnose/finding.h"
#include "drift/drift.h"

namespace windlass::diagnose {

/// Of findings about an object that is not there: which revision makes it that the database claims; or, where
/// the chain was not seen to come to what is claimed, that this is not known.
void as_claimed(std::vector<Finding>& findings, const drift::Drift& drift);

}  // namespace windlass::diagnose
