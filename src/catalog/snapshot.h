// A full read of one database's catalog.
#pragma once

#include <string>

#include "base/error.h"
#include "catalog/fact.h"
#include "pg/connection.h"

namespace windlass::catalog {

/// Everything somebody made in the database, as of one moment: all readers in one REPEATABLE READ READ ONLY
/// transaction with pinned settings. The connection must not be in a transaction. Sorted.
base::Result<Snapshot> read_snapshot(pg::Connection& connection);

/// The same of a database that nobody changes meanwhile, in about half the time: the second half is read over
/// a connection of its own to `conninfo`, the same database.
base::Result<Snapshot> read_quiet_snapshot(pg::Connection& connection, const std::string& conninfo);

/// What belongs to the whole server and not to one database: roles, databases, tablespaces, with their
/// settings, comments and privileges. Sorted.
base::Result<Snapshot> read_shared(pg::Connection& connection);

}  // namespace windlass::catalog
