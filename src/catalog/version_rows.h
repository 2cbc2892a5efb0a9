// The rows of a version table: what a database says of where it stands.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace windlass::catalog {

/// Column version_num of `schema`.`table`, sorted. One READ ONLY transaction over a connection of its own to
/// `conninfo`; waits for a lock no longer than ten seconds. An error says what the server said: no such
/// column, no right to SELECT.
base::Result<std::vector<std::string>> read_version_rows(const std::string& conninfo,
                                                         const std::string& schema, const std::string& table);

}  // namespace windlass::catalog
