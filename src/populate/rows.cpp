#include "populate/rows.h"

#include <fmt/core.h>

#include "base/text.h"
#include "pg/connection.h"

namespace windlass::populate {

namespace {

constexpr size_t kShown = 40;

/// As SQL has it where it may go without quotes.
std::string name_text(const std::string& name) {
  const bool plain =
      !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
  return plain ? name : pg::quote_identifier(name);
}

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
    columns.push_back(name_text(cell.column));
    values.push_back(value_text(cell.value));
  }
  const std::string table =
      row.schema == "public" ? name_text(row.table) : name_text(row.schema) + "." + name_text(row.table);
  if (columns.empty()) return fmt::format("INSERT INTO {} DEFAULT VALUES", table);
  return fmt::format("INSERT INTO {} ({}) VALUES ({})", table, base::join(columns, ", "),
                     base::join(values, ", "));
}

}  // namespace windlass::populate
