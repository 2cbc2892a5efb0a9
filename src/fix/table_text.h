// A statement with a list between parentheses (CREATE TABLE, CREATE TYPE ... AS ENUM), taken apart and put
// together again. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace windlass::fix {

/// One of the things that stand between the parentheses.
struct Element {
  std::string text;
  std::string constraint;  ///< "PRIMARY KEY", "UNIQUE", "FOREIGN KEY", "CHECK", "EXCLUDE"; empty: a column
  std::string name;        ///< of the column, or of the constraint where it is given
  /// Columns that it uses: a constraint's own; names within the parentheses of a column (GENERATED ... AS).
  std::vector<std::string> columns;
  std::string refers_schema, refers_to;     ///< the table behind REFERENCES; empty where there is none
  std::vector<std::string> refers_columns;  ///< of that table, where they are given
};

struct TableText {
  std::string head;  ///< "CREATE TABLE people"
  std::vector<Element> elements;
  std::string tail;  ///< behind the list: "PARTITION BY RANGE (day)"; may be empty
};

/// Nothing where the text has no such list, is cut off, or lists what is neither a column nor a constraint.
std::optional<TableText> table_text(std::string_view create_table);

/// The statement again, each element in a line of its own.
std::string to_sql(const TableText& table);

/// A column's element as if NOT NULL were not said (or said) of it.
Element with_not_null(Element column, bool not_null);

/// CREATE TYPE ... AS ENUM without one of its labels; the same text where it has no such label.
std::string without_label(const std::string& create_type, const std::string& label);

/// The kind and the columns of a constraint as the server renders it: "UNIQUE (name)".
std::optional<Element> constraint_element(std::string_view definition);

}  // namespace windlass::fix
