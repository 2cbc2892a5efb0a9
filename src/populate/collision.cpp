#include "populate/collision.h"

#include <algorithm>

#include "base/text.h"

namespace windlass::populate {

namespace {

/// What stands between the brackets of `=(...)`, which is followed by a blank and a word.
std::string values_text(const std::string& detail) {
  const size_t from = detail.find(")=(");
  const size_t to = detail.rfind(") ");
  return from == std::string::npos || to == std::string::npos || to < from + 3
             ? ""
             : detail.substr(from + 3, to - from - 3);
}

}  // namespace

std::vector<std::string> key_columns(const std::string& detail) {
  const size_t open = detail.find('('), close = detail.find(")=(");
  if (open == std::string::npos || close == std::string::npos || close < open) return {};
  std::vector<std::string> columns;
  for (const std::string& part : base::split(detail.substr(open + 1, close - open - 1), ',')) {
    std::string name(base::trim(part));
    if (base::contains(name, "(")) return {};
    if (name.size() > 1 && name.front() == '"' && name.back() == '"')
      name = base::replace_all(name.substr(1, name.size() - 2), "\"\"", "\"");
    columns.push_back(std::move(name));
  }
  return columns;
}

std::string as_server_writes(const std::string& text) {
  return text == "true" ? "t" : text == "false" ? "f" : text;
}

std::vector<std::string> key_values(const std::string& detail) {
  std::vector<std::string> values;
  for (const std::string& part : base::split(values_text(detail), ',')) values.emplace_back(base::trim(part));
  return values.size() == key_columns(detail).size() ? values : std::vector<std::string>{};
}

const Row* row_with_key(const Rows& rows, const std::string& schema, const std::string& table,
                        const std::string& detail) {
  const std::vector<std::string> columns = key_columns(detail);
  if (columns.empty()) return nullptr;
  const std::string wanted = values_text(detail);
  for (const Row& row : rows.rows) {
    if (row.table != table || (!schema.empty() && row.schema != schema)) continue;
    std::vector<std::string> values;
    for (const std::string& name : columns) {
      const auto cell = std::find_if(row.cells.begin(), row.cells.end(),
                                     [&](const Cell& each) { return each.column == name; });
      if (cell == row.cells.end() || !cell->value.text) break;
      values.push_back(as_server_writes(*cell->value.text));
    }
    std::string shown = base::join(values, ", ");
    if (values.size() == columns.size() && (shown == wanted || base::join(values, ",") == wanted))
      return &row;
  }
  return nullptr;
}

}  // namespace windlass::populate
