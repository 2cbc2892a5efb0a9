// What a statement's text would create, alter, drop, rename or refer to.
//
// A reading of the text, not of what happened: effects say what happened. It
// serves for statements that failed (they have no effects) and for the words
// of the user's own text (which columns, which labels, which guards).
//
// It reads tokens and not a parse tree, so that the syntax of every server
// version, PL/pgSQL bodies and cut-off texts are read by the same code; what it
// does not know it leaves out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace windlass::sql {

enum class Action { Create, Alter, Drop, Rename, Refer };

struct Target {
  Action action = Action::Create;
  std::string kind;    ///< as in catalog/object.h; "label" for a value of an enum
  std::string schema;  ///< empty when not given
  std::string name;    ///< unquoted; empty for an unnamed constraint or index
  /// For a column, constraint, index, trigger, policy or rule: its table. For a label: its type.
  std::string table_schema, table;
  std::string new_name;           ///< of a rename
  std::string type_schema, type;  ///< of a column: its type's name
  std::string definition;  ///< of a constraint: "PRIMARY KEY", "FOREIGN KEY", "UNIQUE", "CHECK", "EXCLUDE"
  std::vector<std::string> columns;  ///< of a table, index or constraint
  std::vector<std::string> labels;   ///< of an enum
  bool guarded = false;              ///< IF NOT EXISTS, IF EXISTS
  bool or_replace = false;
  bool cascade = false;
  bool concurrently = false;
  bool has_using = false;  ///< ALTER COLUMN ... TYPE ... USING
  bool implied = false;    ///< part of a larger statement: a column of CREATE TABLE

  /// "public.users", or "users"; for parts of a table "users.email".
  std::string full_name() const;
};

struct Reading {
  std::vector<Target> targets;
  bool do_block = false;
  /// The conditions a DO block catches ("duplicate_object", "others"); empty when it catches none.
  std::vector<std::string> caught;
  /// A DO block of which not every statement need be run: IF, CASE, a loop, RETURN, a block within it.
  bool branches = false;
};

Reading read_targets(std::string_view text);

}  // namespace windlass::sql
