#include "catalog/role_names.h"

#include "pg/connection.h"

namespace windlass::catalog {

base::Result<std::vector<std::string>> read_role_names(const std::string& conninfo) {
  pg::Connection connection = WINDLASS_TRY(pg::Connection::open(conninfo));
  const pg::Rows rows = WINDLASS_TRY(connection.query(
      "SELECT rolname FROM pg_catalog.pg_roles WHERE rolname !~ '^pg_' ORDER BY rolname COLLATE \"C\""));
  std::vector<std::string> names;
  for (int i = 0; i < rows.size(); ++i) names.emplace_back(rows.at(i, 0));
  return names;
}

base::Result<std::string> read_current_role(const std::string& conninfo) {
  pg::Connection connection = WINDLASS_TRY(pg::Connection::open(conninfo));
  const pg::Rows rows = WINDLASS_TRY(connection.query("SELECT current_user"));
  return std::string(rows.at(0, 0));
}

}  // namespace windlass::catalog
