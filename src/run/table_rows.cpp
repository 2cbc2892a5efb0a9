#include "run/table_rows.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "base/embedded.h"
#include "base/text.h"
#include "run/version_tables.h"
#include "sql/tokens.h"
#include "sql/written_tables.h"

namespace windlass::run {

std::span<const base::Embedded> embedded_files();

namespace {

/// Of one table: its text is made on the server, and the work must stay well below that of a run.
constexpr int64_t kMostBytes = int64_t{8} << 20;

int64_t number(std::string_view text) {
  int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool begins_with_one_of(std::string_view tag, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return tag.starts_with(word); });
}

bool names(const sql::WrittenTable& written, const std::string& table) {
  return (written.schema.empty() && table.ends_with("." + written.name)) ||
         written.schema + "." + written.name == table;
}

/// Whether a text speaks of a name, also in a block, or in what that executes.
bool speaks_of(std::string_view text, const std::string& name, int depth = 0) {
  constexpr int kDeepest = 3;
  const auto words = sql::tokens(text);
  return std::any_of(words.begin(), words.end(), [&](const sql::Token& token) {
    return (token.name() && token.text == name) ||
           (token.kind == sql::Token::Kind::String && depth < kDeepest &&
            (token.text == name || speaks_of(token.text, name, depth + 1)));
  });
}

/// Whether a statement of this kind does what happened to the rows: to their `values`, or their number.
bool is_of_that_kind(const record::Statement& statement, const RowsChanged& changed, bool values) {
  const std::string& tag = statement.tag;
  if (begins_with_one_of(tag, {"MERGE", "DO", "SELECT", "CALL"})) return true;
  if (!values)
    return changed.after > changed.before ? begins_with_one_of(tag, {"INSERT", "COPY"})
                                          : begins_with_one_of(tag, {"DELETE", "TRUNCATE"});
  const bool updates =
      tag.starts_with("UPDATE") || (tag.starts_with("INSERT") && speaks_of(statement.text, "conflict"));
  return updates && (changed.columns.empty() || std::any_of(changed.columns.begin(), changed.columns.end(),
                                                            [&](const std::string& column) {
                                                              return speaks_of(statement.text, column);
                                                            }));
}

/// Whether what a statement did to the catalog takes rows, or values of theirs, with it. A new name takes
/// none.
bool touches(const catalog::Effect& effect, const RowsChanged& changed) {
  if (effect.rolled_back) return false;
  if (effect.object.kind == "table" && effect.object.name == changed.table)
    return effect.change != catalog::Change::Altered;
  if (effect.object.kind != "column" || !effect.object.name.starts_with(changed.table + ".")) return false;
  return changed.columns.empty() ||
         base::contains(changed.columns, effect.object.name.substr(changed.table.size() + 1));
}

/// How surely a statement is what changed the rows of a table; 0: it has nothing to do with it.
int part_in(const record::Statement& statement, const RowsChanged& changed, bool values) {
  if (statement.failed() || statement.refused || statement.skipped) return 0;
  const bool writes = begins_with_one_of(statement.tag, {"INSERT", "UPDATE", "DELETE", "MERGE", "COPY"});
  if (writes && statement.rows == 0) return 0;
  const std::string& table = changed.table;
  const auto written = sql::written_tables(statement.text);
  if (std::any_of(written.begin(), written.end(), [&](const auto& each) { return names(each, table); }))
    return is_of_that_kind(statement, changed, values) ? 5 : 3;
  int takes = 0;
  for (const catalog::Effect& effect : statement.effects)
    if (touches(effect, changed)) takes = std::max(takes, effect.change == catalog::Change::Altered ? 2 : 4);
  if (takes > 0) return takes;
  // What is put together in a block, or what a function is told to do.
  return begins_with_one_of(statement.tag, {"DO", "SELECT", "CALL"}) &&
                 speaks_of(statement.text, table.substr(table.rfind('.') + 1))
             ? 1
             : 0;
}

const record::Statement* writer_of(const record::Recording& run, const RowsChanged& changed, bool values) {
  const record::Statement* found = nullptr;
  int surest = 0;
  for (const record::Statement& statement : run.statements)
    if (const int part = part_in(statement, changed, values); part > surest) {
      surest = part;
      found = &statement;
    }
  return found;
}

/// How many of the rows `some` are not among `others`; `as_often`: each as often as it is there.
int64_t rows_without(std::string_view some, std::string_view others, bool as_often) {
  int64_t count = 0;
  while (!some.empty()) {
    const std::string_view row = some.substr(0, kRowDigest), other = others.substr(0, kRowDigest);
    if (!other.empty() && other < row) {
      others.remove_prefix(kRowDigest);
      continue;
    }
    if (other != row)
      ++count;
    else if (as_often)
      others.remove_prefix(kRowDigest);
    some.remove_prefix(kRowDigest);
  }
  return count;
}

/// The rows that have other values, and who gave them those; nothing where none do, or it cannot be known.
std::optional<RowsChanged> other_values(const std::string& table, const RowsOfTable& was,
                                        const RowsOfTable& is, const record::Recording& run) {
  if ((was.count > 0 && was.rows.empty()) || (is.count > 0 && is.rows.empty())) return std::nullopt;
  RowsChanged values{table, was.count, is.count, 0, {}, nullptr};
  // Of more or fewer rows each column differs: then any that is compared will do.
  for (const auto& [column, digest] : is.columns)
    if (const auto found = was.columns.find(column);
        was.count != is.count || (found != was.columns.end() && found->second != digest))
      values.columns.push_back(column);
  values.by = writer_of(run, values, true);
  if (was.count != is.count) values.columns.clear();
  values.other_values =
      std::min(rows_without(was.rows, is.rows, true), rows_without(is.rows, was.rows, true));
  // What is put in once more and then changed as before stands for what has been changed once more.
  const int64_t put_in = is.count - was.count;
  if (values.other_values == 0 && values.by != nullptr && put_in > 0 && values.by->rows.value_or(0) > put_in)
    values.other_values = rows_without(is.rows, was.rows, false);
  return values.other_values == 0 ? std::nullopt : std::optional(values);
}

}  // namespace

base::Result<std::string> database_of(pg::Connection& connection) {
  const pg::Rows answer = WINDLASS_TRY(connection.query("SELECT pg_catalog.current_database()"));
  return std::string(answer.at(0, 0));
}

base::Result<TableRows> read_table_rows(pg::Connection& connection, const std::string& version_table) {
  std::set<std::string> versions;
  for (const auto& [schema, table] : WINDLASS_TRY(version_tables(connection, version_table)))
    versions.insert(schema + "." + table);
  const pg::Rows tables = WINDLASS_TRY(connection.query(
      base::embedded_text(embedded_files(), "sql/table_rows.sql"), {std::to_string(kRowDigest)}));
  TableRows all;
  for (int row = 0; row < tables.size(); ++row) {
    const std::string schema(tables.at(row, 0)), table(tables.at(row, 1));
    const std::string name = schema + "." + table;
    if (versions.contains(name)) continue;
    const bool told = number(tables.at(row, 3)) <= kMostBytes;
    const pg::Rows answer = WINDLASS_TRY(connection.query(
        fmt::format("SELECT pg_catalog.count(*), {} FROM {} {}", told ? tables.at(row, 4) : "NULL",
                    tables.at(row, 2) == "t" ? "" : "ONLY", pg::quote_identifier(schema, table))));
    RowsOfTable rows;
    rows.count = number(answer.at(0, 0));
    rows.rows = answer.at(0, 1);
    for (int column = 2; column < answer.columns(); ++column)
      rows.columns[answer.name(column)] = answer.at(0, column);
    if (rows.count > 0) all[name] = std::move(rows);
  }
  return all;
}

std::string in_words(const RowsChanged& changed) {
  const auto rows = [](int64_t count) { return fmt::format("{} row{}", count, count == 1 ? "" : "s"); };
  if (changed.other_values == 0)
    return fmt::format("table \"{}\" has {} where it had {}", changed.table, rows(changed.after),
                       changed.before);
  return fmt::format("{} of table \"{}\" ha{} other values{}", rows(changed.other_values), changed.table,
                     changed.other_values == 1 ? "s" : "ve",
                     changed.columns.empty() ? "" : " of " + base::join(changed.columns, ", "));
}

std::vector<RowsChanged> rows_changed(const TableRows& before, const TableRows& after,
                                      const record::Recording& run) {
  std::set<std::string> tables;
  for (const TableRows* each : {&before, &after})
    for (const auto& [table, rows] : *each) tables.insert(table);
  const auto rows_of = [](const TableRows& all, const std::string& table) {
    const auto found = all.find(table);
    return found == all.end() ? RowsOfTable{} : found->second;
  };
  std::vector<RowsChanged> changed;
  for (const std::string& table : tables) {
    const RowsOfTable was = rows_of(before, table), is = rows_of(after, table);
    if (was.count != is.count) {
      RowsChanged number{table, was.count, is.count, 0, {}, nullptr};
      number.by = writer_of(run, number, false);
      if (number.by != nullptr || is.count < was.count) changed.push_back(std::move(number));
    }
    if (auto values = other_values(table, was, is, run)) changed.push_back(std::move(*values));
  }
  return changed;
}

}  // namespace windlass::run
