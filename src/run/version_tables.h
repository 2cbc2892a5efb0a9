// The tables in which Alembic keeps where a database stands.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "pg/connection.h"

namespace windlass::run {

/// Schema and name of every table called `name` that has a column version_num, by schema.
base::Result<std::vector<std::pair<std::string, std::string>>> version_tables(pg::Connection& connection,
                                                                              const std::string& name);

/// Has those tables hold `versions` and nothing else: without any, the chain is as if it had never run, and
/// its objects stay. `schema`: the one that is meant; empty: whichever they are in. A database without such a
/// table is left as it is.
base::Result<void> enter_versions(pg::Connection& connection, const std::string& name,
                                  const std::string& schema, const std::vector<std::string>& versions);

}  // namespace windlass::run
