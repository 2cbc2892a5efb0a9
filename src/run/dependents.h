// What stands in the way of a step: the objects that need the one it changes, as statements that drop them.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "ddl/schema.h"
#include "ddl/step.h"
#include "pg/connection.h"

namespace windlass::run {

/// Steps, the last-made object first, that drop everything that depends on `row` ("1259:16385:2"). None where
/// nothing does, or one of them holds data that would be lost.
base::Result<std::vector<ddl::Step>> drops_of_dependents(pg::Connection& connection,
                                                         const ddl::Schema& schema, const std::string& row);

}  // namespace windlass::run
