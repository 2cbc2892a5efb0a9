#include "catalog/snapshot.h"

#include "catalog/definition.h"
#include "catalog/readers.h"

namespace windlass::catalog {

namespace {

// The settings that rendered definitions depend on: as in sql/install.sql.
constexpr const char* kOpen =
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
    "SET LOCAL search_path = pg_catalog, pg_temp; SET LOCAL quote_all_identifiers = off;"
    "SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres'; SET LOCAL TimeZone = 'UTC';"
    "SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL standard_conforming_strings "
    "= on; SET LOCAL jit = off";

base::Result<Snapshot> read_all(pg::Connection& connection) {
  Snapshot snapshot;
  const int major = connection.server_version() / 10000;
  for (const std::string& reader : reader_names()) {
    const pg::Rows rows = WINDLASS_TRY(connection.query(reader_sql(reader, "IS NOT NULL", major)));
    for (int i = 0; i < rows.size(); ++i)
      snapshot.facts.push_back({{std::string(rows.at(i, 0)), std::string(rows.at(i, 1))},
                                canonical(rows.is_null(i, 2) ? std::string_view("null") : rows.at(i, 2)),
                                std::string(rows.at(i, 3)),
                                std::string(rows.at(i, 4))});
  }
  snapshot.sort();
  return snapshot;
}

}  // namespace

base::Result<Snapshot> read_snapshot(pg::Connection& connection) {
  WINDLASS_CHECK(connection.execute(kOpen));
  auto snapshot = read_all(connection);
  auto closed = connection.execute("ROLLBACK");
  if (snapshot && !closed) return base::fail(std::move(closed).error());
  return snapshot;
}

}  // namespace windlass::catalog
