// Empties the version tables of a database: its objects stay, and the chain is as if it had never run.
#pragma once

#include <string>

#include "base/error.h"
#include "pg/connection.h"

namespace windlass::run {

/// `version_table`: its name, as env.py gives it; in whatever schema it is. A database without one is left as
/// it is.
base::Result<void> forget_versions(pg::Connection& connection, const std::string& version_table);

}  // namespace windlass::run
