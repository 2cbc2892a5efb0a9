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

/// `name`, or like it, and no column's.
std::string free_of_columns(const TableThen& table, std::string name);

/// A foreign key that refers to a table.
struct Reference {
  std::string constraint;            ///< its name
  std::string schema, table;         ///< whose it is
  std::vector<std::string> columns;  ///< of that table
  std::vector<std::string> refers;   ///< columns that they refer to
  std::string when_deleted;          ///< "CASCADE", "SET NULL", ...; empty: the delete is refused
};

/// Those that refer to the table before statement `before`, by name.
std::vector<Reference> references_to(const run::Evidence& run, const TableThen& table, int before);

/// The first statement (Statement::n) that a place of the revision sent in this run; 0 where it sent none.
int first_statement_at(const run::Evidence& run, const base::Location& place, const std::string& revision);

/// A type as SQLAlchemy has it ("sa.String(80)"), `sa` being what the module is called; empty for types whose
/// values Python's side may turn into something else.
std::string sqlalchemy_type(const std::string& type, const std::string& sa);

}  // namespace windlass::fix
