// What SQL texts say of the values that columns hold: literals a column is compared with or set to, the
// lengths and patterns asked of it, the types it is to be changed to, the keys it is to refer to. By tokens,
// like sql/targets.h: what is not understood is left out. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace windlass::populate {

/// A value that a text holds against a column. `column` without its qualifier.
struct Mention {
  std::string column;
  std::string value;
  bool length = false;   ///< `value` is a number of characters
  bool pattern = false;  ///< `value` is a regular expression that the column is to match
};

/// Of an expression, a constraint's definition or a whole statement: in the order of the text, each once.
/// What an INSERT's VALUES lists is not read.
std::vector<Mention> mentions(std::string_view text);

/// A foreign key that a statement adds to a table which is there.
struct ComingReference {
  std::string table;
  std::vector<std::string> columns;
  std::string referenced;
  std::vector<std::string> referenced_columns;  ///< empty: its primary key
};

/// What the statements of a chain say. Names are without schema: a text gives none more often than not.
struct Hints {
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> values;  ///< {table, column}
  std::map<std::pair<std::string, std::string>, std::string> coming_types;         ///< {table, column}
  std::map<std::string, std::vector<std::string>> labels;                          ///< of enums that are made
  std::vector<ComingReference> coming_references;

  const std::vector<std::string>& values_of(const std::string& table, const std::string& column) const;
};

/// Adds what one statement says.
void read_hints(std::string_view statement, Hints& hints);

}  // namespace windlass::populate
