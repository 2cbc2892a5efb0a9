// The rows that were put into a database, and the tables that took none.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace windlass::populate {

enum class Strength {
  Plain,  ///< two rows a table: every column filled, the rows distinct
  Full,   ///< also NULLs, equal rows, edges, and values that the chain itself mentions
};

/// Why a value was put where it is.
enum class ValueKind { Ordinary, Key, FromChain, Reference, Null, Default, Duplicate, Longest, Empty, Zero };

struct Value {
  ValueKind kind = ValueKind::Ordinary;
  std::optional<std::string> text;  ///< nothing: NULL, or with ValueKind::Default the column's default
};

struct Cell {
  std::string column;
  Value value;
};

struct Row {
  std::string schema, table;
  std::vector<Cell> cells;
};

/// A table that took no row.
struct Unpopulated {
  std::string table;    ///< with its schema
  std::string because;  ///< the constraint and what it asks, or the server's words
};

struct Rows {
  std::vector<Row> rows;
  std::vector<Unpopulated> unpopulated;
};

/// The statement that puts the row there, for people: text longer than 40 characters is cut.
std::string insert_text(const Row& row);

}  // namespace windlass::populate
