// Objects that a platform (Supabase, Amazon RDS, ...) keeps in its customers' databases for itself.
#pragma once

#include <vector>

#include "catalog/fact.h"
#include "catalog/live_read.h"

namespace windlass::catalog {

/// Takes out of `snapshot` what belongs to a role of a known platform, with its parts, comments and
/// privileges; says how many objects that were.
std::vector<Ignored> leave_out_platforms(Snapshot& snapshot);

}  // namespace windlass::catalog
