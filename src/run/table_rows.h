// The rows of a database's tables, to be held against those of the same tables at another time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "pg/connection.h"
#include "run/evidence.h"

namespace windlass::run {

/// Name of the database that it is connected to.
base::Result<std::string> database_of(pg::Connection& connection);

/// Of all tables but those called `version_table` that are one. Needs a superuser.
base::Result<TableRows> read_table_rows(pg::Connection& connection, const std::string& version_table);

/// One way in which the rows of a table are others than before: how many there are, or the values of some.
struct RowsChanged {
  std::string table;
  int64_t before = 0, after = 0;          ///< how many
  int64_t other_values = 0;               ///< how many have other values; 0: it is about their number
  std::vector<std::string> columns;       ///< those with other values, where there are as many as before
  const record::Statement* by = nullptr;  ///< the statement of the run that did that; mostly known
};

/// For a sentence: "table \"public.t\" has 4 rows where it had 2", "2 rows of table \"public.t\" have other
/// values of price".
std::string in_words(const RowsChanged& changed);

/// `run`: what was done in between. Where a table has only more rows and no statement of the run names it, a
/// trigger of the project's keeps a record there, which is no one's fault: it is left out. By table, both
/// ways of one where both are seen, for one statement must not hide another. Pure.
std::vector<RowsChanged> rows_changed(const TableRows& before, const TableRows& after,
                                      const record::Recording& run);

}  // namespace windlass::run
