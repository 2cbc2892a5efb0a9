// A schema read for planning: its facts, what SQL calls them, and how pg_dump makes them.
#pragma once

#include <string>

#include "base/error.h"
#include "catalog/live_read.h"
#include "ddl/schema.h"
#include "run/schema_dump.h"

namespace windlass::run {

/// What `snapshot` of the database calls its objects. `dump`: how pg_dump is asked for the statements that
/// make them; nullptr: nobody wants those.
base::Result<ddl::Schema> read_schema(const std::string& conninfo, const catalog::LiveRead& read,
                                      const SchemaDumpOptions* dump);

}  // namespace windlass::run
