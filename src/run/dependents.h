// What stands in the way of a step: the objects that need the one it changes, as statements that drop them.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "ddl/schema.h"
#include "ddl/step.h"
#include "pg/connection.h"

namespace windlass::run {

/// Steps, the last-made object first, that drop everything that depends on `blocked`.row ("1259:16385:2").
/// None where nothing does, or one of them holds data that would be lost; columns of a type only stand in the
/// way of a step that drops it and puts no other in its place.
base::Result<std::vector<ddl::Step>> drops_of_dependents(pg::Connection& connection,
                                                         const ddl::Schema& schema, const ddl::Step& blocked);

/// Steps that drop the foreign keys which the index or the constraint at `row` may hold up: where a table has
/// several keys over the same columns, which of them a foreign key stands on is the server's choice when it
/// is made, and another one on a copy (pg_constraint.conindid; no statement says it).
base::Result<std::vector<ddl::Step>> drops_of_foreign_keys_on_twins(pg::Connection& connection,
                                                                    const ddl::Schema& schema,
                                                                    const std::string& row);

}  // namespace windlass::run
