#include "run/sequences_behind.h"

#include <fmt/core.h>

#include <charconv>
#include <optional>
#include <span>
#include <string>

#include "base/embedded.h"

namespace windlass::run {

std::span<const base::Embedded> embedded_files();

namespace {

std::optional<int64_t> number_in(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// The sequence's next value, and the first of its values from there on that the column holds.
std::string question(const std::string& sequence, const std::string& table, const std::string& column,
                     int64_t step) {
  const bool up = step > 0;
  return fmt::format(
      "SELECT next, (SELECT {col} FROM {table} WHERE {col} {from} next AND {col} {below} next + ({step}) * "
      "{ahead}"
      " AND ({col} - next) % ({step}) = 0 ORDER BY {col} {order} LIMIT 1)"
      " FROM (SELECT CASE WHEN is_called THEN last_value + ({step}) ELSE last_value END AS next FROM "
      "{sequence}) s",
      fmt::arg("col", column), fmt::arg("table", table), fmt::arg("sequence", sequence),
      fmt::arg("step", step), fmt::arg("ahead", kInsertsAhead), fmt::arg("from", up ? ">=" : "<="),
      fmt::arg("below", up ? "<" : ">"), fmt::arg("order", up ? "ASC" : "DESC"));
}

}  // namespace

std::vector<SequenceBehind> sequences_behind(pg::Connection& connection) {
  std::vector<SequenceBehind> behind;
  const auto found = connection.query(base::embedded_text(embedded_files(), "sql/sequences_of_columns.sql"));
  if (!found) return behind;
  for (int row = 0; row < found->size(); ++row) {
    const auto step = number_in(found->at(row, 6));
    const auto least = number_in(found->at(row, 7)), most = number_in(found->at(row, 8));
    if (!step || !least || !most || *step == 0) continue;
    const std::string sequence = pg::quote_identifier(found->at(row, 0), found->at(row, 1));
    const std::string table = pg::quote_identifier(found->at(row, 2), found->at(row, 3));
    const auto answer =
        connection.query(question(sequence, table, pg::quote_identifier(found->at(row, 4)), *step));
    if (!answer || answer->size() != 1 || answer->is_null(0, 1)) continue;
    const auto next = number_in(answer->at(0, 0)), taken = number_in(answer->at(0, 1));
    // One that is used up gives no value at all.
    if (!next || !taken || *next < *least || *next > *most) continue;
    behind.push_back({fmt::format("{}.{}", found->at(row, 0), found->at(row, 1)),
                      fmt::format("{}.{}", found->at(row, 2), found->at(row, 3)),
                      std::string(found->at(row, 4)), std::string(found->at(row, 5)),
                      std::string(answer->at(0, 0)), std::string(answer->at(0, 1)),
                      (*taken - *next) / *step + 1});
  }
  return behind;
}

}  // namespace windlass::run
