// What a revision's Python source would make: read as words, never run.
//
// It answers "does a later revision create this?", which a run that stopped
// earlier cannot. What it does not recognise it leaves out; what it names
// stands in the text at the line it gives.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "diagnose/name.h"

namespace windlass::diagnose {

/// What the source takes away, or gives another name, before it makes one of that name.
enum class Replaces { Nothing, WhatMayBeThere, WhatIsThere };  ///< with IF EXISTS; without

struct Declared {
  Name name;
  int line = 0;
  std::vector<std::string> labels = {};  ///< of an enum type, where the source gives them
  Replaces replaces = Replaces::Nothing;
};

/// Objects created by the source outside its `downgrade` function: operations of Alembic
/// (create_table with its columns, add_column, create_index, ...) and SQL in string literals.
std::vector<Declared> declared_in(std::string_view source);

/// Objects created by an SQL script, each with the line its statement begins in.
std::vector<Declared> declared_in_sql(std::string_view script);

/// The text of the top-level function `name`, from its `def` to the next line without indentation;
/// empty when there is none.
std::string function_text(std::string_view source, std::string_view name);

/// The table that the `drop_index` whose call stands over `line` names: its argument, or that of the
/// batch_alter_table before it. Empty where there is no such call, or no literal.
std::string indexed_table(std::string_view source, int line);

/// The last line of the call that begins in `line`; `line` itself where none does.
int end_of_call(std::string_view source, int line);

/// The line of the loop (or the comprehension) of its own function that `line` stands in; 0 when in none.
int loop_around(std::string_view source, int line);

}  // namespace windlass::diagnose
