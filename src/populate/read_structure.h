// Reads a database's Structure, in one round trip.
#pragma once

#include "base/error.h"
#include "pg/connection.h"
#include "populate/structure.h"

namespace windlass::populate {

/// Every table that rows can be put into, by schema and name, and the types of their columns.
base::Result<Structure> read_structure(pg::Connection& connection);

}  // namespace windlass::populate
