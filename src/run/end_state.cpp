#include "run/end_state.h"

#include <fmt/core.h>

#include <algorithm>

namespace windlass::run {

base::Result<VersionRows> read_version_rows(pg::Connection& connection, const std::string& name) {
  VersionRows result;
  const pg::Rows tables = WINDLASS_TRY(
      connection.query("SELECT n.nspname, c.relname FROM pg_catalog.pg_class c"
                       " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                       " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = 'version_num' "
                       "AND NOT a.attisdropped"
                       " WHERE c.relname = $1 AND c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' ORDER BY 1",
                       {name}));
  for (int row = 0; row < tables.size(); ++row) {
    result.tables.push_back(fmt::format("{}.{}", tables.at(row, 0), tables.at(row, 1)));
    const pg::Rows rows = WINDLASS_TRY(
        connection.query(fmt::format("SELECT version_num FROM {}.{}", pg::quote_identifier(tables.at(row, 0)),
                                     pg::quote_identifier(tables.at(row, 1)))));
    for (int i = 0; i < rows.size(); ++i) result.versions.emplace_back(rows.at(i, 0));
  }
  std::sort(result.versions.begin(), result.versions.end());
  result.versions.erase(std::unique(result.versions.begin(), result.versions.end()), result.versions.end());
  return result;
}

}  // namespace windlass::run
