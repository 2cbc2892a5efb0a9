#include "run/forget_versions.h"

namespace windlass::run {

base::Result<void> forget_versions(pg::Connection& connection, const std::string& version_table) {
  const pg::Rows tables = WINDLASS_TRY(
      connection.query("SELECT n.nspname, c.relname FROM pg_catalog.pg_class c"
                       " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                       " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = 'version_num'"
                       " AND NOT a.attisdropped"
                       " WHERE c.relname = $1 AND c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_'",
                       {version_table}));
  for (int row = 0; row < tables.size(); ++row)
    WINDLASS_CHECK(
        connection.execute("DELETE FROM " + pg::quote_identifier(tables.at(row, 0), tables.at(row, 1))));
  return {};
}

}  // namespace windlass::run
