#include "populate/rows.h"

#include <fmt/core.h>

#include "base/text.h"
#include "pg/connection.h"
#include "sql/sql_name.h"

namespace windlass::populate {

namespace {

constexpr size_t kShown = 40;

std::string value_text(const Value& value) {
  if (!value.text) return "NULL";
  if (value.text->size() <= kShown) return pg::quote_literal(*value.text);
  return fmt::format("{} /* {} characters */", pg::quote_literal(base::shorten(*value.text, kShown)),
                     value.text->size());
}

}  // namespace

std::string insert_text(const Row& row) {
  std::vector<std::string> columns, values;
  for (const Cell& cell : row.cells) {
    if (cell.value.kind == ValueKind::Default) continue;
    columns.push_back(sql::sql_name({cell.column}));
    values.push_back(value_text(cell.value));
  }
  const std::string table = sql::sql_name({row.schema == "public" ? "" : row.schema, row.table});
  if (columns.empty()) return fmt::format("INSERT INTO {} DEFAULT VALUES", table);
  return fmt::format("INSERT INTO {} ({}) VALUES ({})", table, base::join(columns, ", "),
                     base::join(values, ", "));
}

}  // namespace windlass::populate
