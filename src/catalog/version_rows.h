// The rows of a version table: what a database says of where it stands.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "pg/connection.h"

namespace windlass::catalog {

/// Column version_num of `schema`.`table`, sorted.
base::Result<std::vector<std::string>> read_version_rows(pg::Connection& connection, std::string_view schema,
                                                         std::string_view table);

/// The same by itself: column version_num of `schema`.`table`, sorted. One READ ONLY transaction over a
/// connection of its own to `conninfo`; waits for a lock no longer than ten seconds. An error says what the
/// server said: no such column, no right to SELECT.
base::Result<std::vector<std::string>> read_version_rows(const std::string& conninfo,
                                                         const std::string& schema, const std::string& table);

}  // namespace windlass::catalog
