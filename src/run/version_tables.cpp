#include "run/version_tables.h"

#include <fmt/core.h>

namespace windlass::run {

base::Result<std::vector<std::pair<std::string, std::string>>> version_tables(pg::Connection& connection,
                                                                              const std::string& name) {
  const pg::Rows rows = WINDLASS_TRY(
      connection.query("SELECT n.nspname, c.relname FROM pg_catalog.pg_class c"
                       " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                       " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = 'version_num' "
                       "AND NOT a.attisdropped"
                       " WHERE c.relname = $1 AND c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' ORDER BY 1",
                       {name}));
  std::vector<std::pair<std::string, std::string>> tables;
  for (int row = 0; row < rows.size(); ++row) tables.emplace_back(rows.at(row, 0), rows.at(row, 1));
  return tables;
}

base::Result<void> enter_versions(pg::Connection& connection, const std::string& name,
                                  const std::string& schema, const std::vector<std::string>& versions) {
  for (const auto& [in, table] : WINDLASS_TRY(version_tables(connection, name))) {
    if (!schema.empty() && in != schema) continue;
    const std::string quoted = pg::quote_identifier(in, table);
    WINDLASS_CHECK(connection.execute("DELETE FROM " + quoted));
    for (const std::string& each : versions)
      WINDLASS_CHECK(connection.execute(
          fmt::format("INSERT INTO {} (version_num) VALUES ({})", quoted, pg::quote_literal(each))));
  }
  return {};
}

}  // namespace windlass::run
