// Partitions that are made as time goes by, by a job or an extension, and not by the chain. Pure.
#pragma once

#include <vector>

#include "catalog/fact.h"
#include "drift/timeline.h"

namespace windlass::drift {

/// Takes out of `real` every partition that no revision makes at any time, of a table that the chain makes,
/// or of such a partition, where nothing of it is its own: columns, constraints, indexes and triggers are
/// those of the table. Returns the partitions; a table with anything of its own stays, for somebody made it
/// so.
std::vector<catalog::Object> leave_out_partitions(catalog::Snapshot& real, const Timeline& timeline);

}  // namespace windlass::drift
