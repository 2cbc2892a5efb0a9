// A full read of one database's catalog.
#pragma once

#include <functional>
#include <string>

#include "base/error.h"
#include "catalog/fact.h"
#include "pg/connection.h"

namespace windlass::catalog {

/// How often a connection is asked: again and again, the server keeps its plans.
enum class Asked { Once, Again };

/// Everything somebody made in the database, as of one moment: all readers in one REPEATABLE READ READ ONLY
/// transaction with pinned settings. The connection must not be in a transaction. Sorted.
base::Result<Snapshot> read_snapshot(pg::Connection& connection, Asked asked = Asked::Once);

/// The same of a database that nobody changes meanwhile, in about half the time: over two connections of its
/// own to `conninfo`. `also` is asked first, over one of them.
base::Result<Snapshot> read_quiet_snapshot(const std::string& conninfo,
                                           const std::function<void(pg::Connection&)>& also);

/// What belongs to the whole server and not to one database: roles, databases, tablespaces, with their
/// settings, comments and privileges. Sorted.
base::Result<Snapshot> read_shared(pg::Connection& connection, Asked asked = Asked::Once);

}  // namespace windlass::catalog
