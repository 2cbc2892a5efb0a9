#include "catalog/version_rows.h"

#include <fmt/core.h>

#include "pg/connection.h"

namespace windlass::catalog {

base::Result<std::vector<std::string>> read_version_rows(pg::Connection& connection, std::string_view schema,
                                                         std::string_view table) {
  const pg::Rows rows = WINDLASS_TRY(
      connection.query(fmt::format("SELECT version_num FROM {}.{} ORDER BY version_num COLLATE \"C\"",
                                   pg::quote_identifier(schema), pg::quote_identifier(table))));
  std::vector<std::string> versions;
  for (int i = 0; i < rows.size(); ++i) versions.emplace_back(rows.at(i, 0));
  return versions;
}

base::Result<std::vector<std::string>> read_version_rows(const std::string& conninfo,
                                                         const std::string& schema,
                                                         const std::string& table) {
  pg::Connection connection = WINDLASS_TRY(pg::Connection::open(conninfo));
  WINDLASS_CHECK(connection.execute("BEGIN READ ONLY; SET LOCAL lock_timeout = '10s'"));
  std::vector<std::string> versions = WINDLASS_TRY(read_version_rows(connection, schema, table));
  WINDLASS_CHECK(connection.execute("COMMIT"));
  return versions;
}

}  // namespace windlass::catalog
