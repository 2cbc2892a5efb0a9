#include "diagnose/cases/refused_rows.h"

#include <algorithm>

#include "base/text.h"
#include "diagnose/server_error.h"
#include "populate/collision.h"
#include "sql/statement_kind.h"
#include "sql/targets.h"
#include "sql/tokens.h"

namespace windlass::diagnose {

namespace {

using populate::Cell;
using populate::Row;
using populate::Value;
using populate::ValueKind;

constexpr size_t kMostRows = 2;

bool at_an_edge(const Value& value) {
  return value.kind != ValueKind::Ordinary && value.kind != ValueKind::Key &&
         value.kind != ValueKind::Reference;
}

const Value* value_in(const Row& row, const std::string& column) {
  for (const Cell& cell : row.cells)
    if (cell.column == column) return &cell.value;
  return nullptr;
}

/// Where the error does not name the table, as a value's conversion does not: the statement does.
void find_table(const record::Statement& statement, const sql::Reading& reading, const populate::Rows& rows,
                RefusedRows& found) {
  found.schema = statement.error->schema;
  found.table = statement.error->table;
  if (!found.table.empty()) return;
  for (const sql::Target& target : reading.targets) {
    const std::string& name = target.kind == "table" ? target.name : target.table;
    for (const Row& row : rows.rows)
      if (row.table == name) {
        found.schema = row.schema;
        found.table = name;
        return;
      }
  }
  for (const Row& row : rows.rows)
    if (sql::has_name(statement.text, row.table)) {
      found.schema = row.schema;
      found.table = row.table;
      return;
    }
}

void find_columns(const record::Statement& statement, const populate::Rows& rows, RefusedRows& found) {
  const record::ServerMessage& error = *statement.error;
  if (!error.column.empty()) found.columns = {error.column};
  if (error.sqlstate == "23505" || error.sqlstate == "23503")
    found.columns = populate::key_columns(error.detail);
  if (!found.columns.empty()) return;
  for (const Row& row : rows.rows) {
    if (row.table != found.table) continue;
    for (const Cell& cell : row.cells)
      if (sql::has_name(statement.text, cell.column)) found.columns.push_back(cell.column);
    return;
  }
}

/// How likely it is that a row is one that the server means: 0 not at all.
int likelihood(const Row& row, const RefusedRows& found, const record::ServerMessage& error) {
  int best = 0;
  const std::vector<std::string> quoted = quoted_names(error.message);
  for (const std::string& column : found.columns) {
    const Value* value = value_in(row, column);
    if (value == nullptr) continue;
    if (error.sqlstate == "23502") {
      if (!value->text && value->kind != ValueKind::Default) best = std::max(best, 3);
      continue;
    }
    if (value->text && !quoted.empty() && quoted.back() == *value->text) best = std::max(best, 4);
    const bool too_much = error.sqlstate == "22001" || error.sqlstate == "22003";
    if (too_much && value->kind == ValueKind::Longest) best = std::max(best, 3);
    if (at_an_edge(*value)) best = std::max(best, 2);
    best = std::max(best, 1);
  }
  return best;
}

/// Whether it is rather another row that breaks a check: NULL passes most of them, and the chain provides for
/// its own defaults and for what it mentions.
bool passes_checks(const Row& row, const std::vector<std::string>& columns) {
  return std::any_of(columns.begin(), columns.end(), [&](const std::string& column) {
    const Value* value = value_in(row, column);
    return value == nullptr || value->kind == ValueKind::FromChain || value->kind == ValueKind::Null ||
           value->kind == ValueKind::Default;
  });
}

/// Rows with the same values in those columns went through.
bool acquitted(const Row& row, const std::vector<std::string>& columns, const populate::Rows* innocent) {
  if (innocent == nullptr) return false;
  return std::any_of(innocent->rows.begin(), innocent->rows.end(), [&](const Row& other) {
    return other.table == row.table && other.schema == row.schema &&
           std::all_of(columns.begin(), columns.end(), [&](const std::string& column) {
             const Value *a = value_in(row, column), *b = value_in(other, column);
             return a != nullptr && b != nullptr && a->text == b->text && a->kind != ValueKind::Default;
           });
  });
}

bool states_a_key(const record::ServerMessage& error) {
  return error.sqlstate == "23505" || error.sqlstate == "23503";
}

/// Whether the row holds something else in one of the columns than the key that the server names. A column
/// that the chain added later tells nothing.
bool holds_another_key(const Row& row, const std::string& detail) {
  const std::vector<std::string> columns = populate::key_columns(detail),
                                 values = populate::key_values(detail);
  for (size_t i = 0; i < values.size(); ++i) {
    const Value* value = value_in(row, columns[i]);
    if (value == nullptr || value->kind == ValueKind::Default) continue;
    if (value->text ? populate::as_server_writes(*value->text) != values[i] : values[i] != "null")
      return true;
  }
  return false;
}

void find_rows(const record::ServerMessage& error, const populate::Rows& rows, const populate::Rows* innocent,
               RefusedRows& found) {
  std::vector<std::pair<int, const Row*>> likely;
  const Row* keyed = error.sqlstate == "23505" || error.sqlstate == "23503"
                         ? populate::row_with_key(rows, found.schema, found.table, error.detail)
                         : nullptr;
  for (const Row& row : rows.rows) {
    if (row.table != found.table || (!found.schema.empty() && row.schema != found.schema)) continue;
    int chance = likelihood(row, found, error);
    if (&row == keyed) chance = 9;
    if (states_a_key(error) && &row != keyed && holds_another_key(row, error.detail)) chance = 0;
    // Part of the key is a column that the chain added: the row holds the rest of it.
    else if (error.sqlstate == "23505" && keyed == nullptr && chance > 0 &&
             !populate::key_values(error.detail).empty())
      chance = 8;
    // The other row with the same key.
    if (keyed != nullptr && &row != keyed && error.sqlstate == "23505") {
      const bool same =
          std::all_of(found.columns.begin(), found.columns.end(), [&](const std::string& column) {
            const Value *a = value_in(row, column), *b = value_in(*keyed, column);
            return a != nullptr && b != nullptr && a->text == b->text;
          });
      if (same) chance = 8;
    }
    if (error.sqlstate != "23505" && acquitted(row, found.columns, innocent)) chance = 0;
    if (error.sqlstate == "23514" && chance > 1 && passes_checks(row, found.columns)) --chance;
    if (found.whatever_rows) chance = 1;
    if (chance > 0) likely.emplace_back(chance, &row);
  }
  std::stable_sort(likely.begin(), likely.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [chance, row] : likely)
    if (found.rows.size() < kMostRows && chance == likely.front().first)
      found.rows.push_back(row);
    else if (found.rows.size() < kMostRows && chance == 8)
      found.rows.push_back(row);
}

/// A statement of the run that may have written the column from what was there.
bool written(const Context& context, const record::Statement& before, const std::string& table,
             const std::string& column) {
  for (const record::Statement& statement : context.evidence().recording.statements) {
    if (statement.n >= before.n) return false;
    if (statement.failed()) continue;
    const std::string kind = sql::statement_kind(statement.text);
    const bool may_write = sql::is_data_statement(statement.text) || kind == "DO" || kind == "CALL";
    if (!may_write) continue;
    // A block or a function may hold the names in strings.
    const bool opaque = kind == "DO" || kind == "CALL";
    const bool names_both =
        opaque ? base::contains(statement.text, table) && base::contains(statement.text, column)
               : sql::has_name(statement.text, table) && sql::has_name(statement.text, column);
    if (names_both) return true;
    // A function that it calls: what that writes is not seen.
    if (kind == "SELECT" && statement.source.operation != "version" && base::contains(statement.text, "(") &&
        !base::contains(statement.text, "pg_catalog") && !statement.source.revision.empty() &&
        !base::contains(base::to_lower(statement.text), "from"))
      return true;
  }
  return false;
}

}  // namespace

RefusedRows refused_rows(const Context& context, const Failure& failure, const populate::Rows& rows,
                         const populate::Rows* innocent) {
  RefusedRows found;
  const record::Statement& statement = *failure.statement;
  const record::ServerMessage& error = *statement.error;
  find_table(statement, failure.reading, rows, found);
  find_columns(statement, rows, found);
  const bool ours = std::any_of(rows.rows.begin(), rows.rows.end(), [&](const Row& row) {
    return row.table == found.table && (found.schema.empty() || row.schema == found.schema);
  });
  // What the statement itself writes depends on what it read.
  const bool names_columns =
      error.sqlstate == "23502" || error.sqlstate == "23505" || error.sqlstate == "23503";
  if (ours && names_columns && !found.columns.empty() && !sql::is_data_statement(statement.text)) {
    const bool all_new = std::none_of(rows.rows.begin(), rows.rows.end(), [&](const Row& row) {
      return row.table == found.table &&
             std::any_of(found.columns.begin(), found.columns.end(),
                         [&](const std::string& c) { return value_in(row, c) != nullptr; });
    });
    found.whatever_rows =
        all_new && std::none_of(found.columns.begin(), found.columns.end(), [&](const std::string& c) {
          return written(context, statement, found.table, c);
        });
  }
  find_rows(error, rows, innocent, found);
  return found;
}

}  // namespace windlass::diagnose
