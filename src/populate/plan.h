// Which rows a table is to get, and which values each column may take in them, best first. Pure.
#pragma once

#include <string>
#include <vector>

#include "populate/mentions.h"
#include "populate/rows.h"
#include "populate/structure.h"

namespace windlass::populate {

/// What one column may hold in one row. The first that the server takes is used.
struct Choices {
  std::vector<Value> values;  ///< never empty
  size_t start = 0;           ///< which is tried first
};

struct PlannedRow {
  ValueKind about = ValueKind::Ordinary;  ///< what the row is for
  std::vector<Choices> columns;           ///< one for each of Table::columns
};

/// The columns that keep the rows of a table apart: at least one of each unique key, where possible none that
/// refers to another table.
std::vector<std::string> carriers(const Table& table, const Types& types);

/// Whether a check asks about the column's being NULL: num_nonnulls(a, b) = 1, or `a IS NULL OR b > 0`.
bool null_is_asked_about(const Table& table, const std::string& column);

/// Columns of foreign keys get values as if there were no key. A row about ValueKind::Duplicate holds new
/// values for the carriers; the others are to be taken from the row that was put in first.
std::vector<PlannedRow> plan_rows(const Table& table, const Types& types, const Hints& hints,
                                  Strength strength);

}  // namespace windlass::populate
