// A table as it is when a statement is about to run: from the effects of those before it. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "run/evidence.h"

namespace windlass::fix {

struct TableThen {
  std::string schema, name;
  std::map<std::string, std::string> types;  ///< of its columns, as format_type spells them
  std::vector<std::string> primary_key;      ///< columns; empty where it has none
  /// By column, of foreign keys of one column: the table (schema and name) and the column that it refers to.
  std::map<std::string, std::pair<std::string, std::string>> references = {};
};

/// The table of this name before statement `before` (Statement::n); nothing where it is not there, or where
/// several schemas have one and `schema` is empty.
std::optional<TableThen> table_then(const run::Evidence& run, const std::string& schema,
                                    const std::string& name, int before);

/// A type as SQLAlchemy has it ("sa.String(80)"), `sa` being what the module is called; empty for types whose
/// values Python's side may turn into something else.
std::string sqlalchemy_type(const std::string& type, const std::string& sa);

}  // namespace windlass::fix
