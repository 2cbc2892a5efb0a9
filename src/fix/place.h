// The place of a finding in its source: the call that sent the statement.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/location.h"
#include "fix/mend.h"

namespace windlass::fix {

struct Place {
  const PythonSource* source = nullptr;
  const Node* call = nullptr;       ///< the outermost call that begins there
  const Node* statement = nullptr;  ///< the statement that it is part of
  std::string operation;  ///< "create_table" of an operation of Alembic's (also of a batch); else empty
};

/// The call of the innermost `with CALL as name` around the node; nullptr where there is none.
const Node* opened_as(const PythonSource& source, const Node& node, std::string_view name);
/// ... where it is op.batch_alter_table.
const Node* opens_batch(const PythonSource& source, const Node& node, std::string_view name);

/// The call at a location in a revision of the chain. Not mended: what stands in another file, where no call
/// stands, or what is not known as the project's own.
Mended<Place> place_of(const Ground& ground, const base::Location& location);

/// The same, of a statement that is nothing but that call and runs exactly once.
Mended<Place> statement_alone(const Ground& ground, const base::Location& location);

/// A part of say_using: the column's default goes before the type changes, and comes again behind it.
Mended<Mend> set_default_anew(const Ground& ground, const Place& place);

/// The `try` that holds this statement alone, in the upgrade, and whose handlers only bear the error; nullptr
/// where there is none.
const Node* try_around(const PythonSource& source, const Node& statement);

/// The statements of the downgrade that drop, by the same literal names, what the call makes.
std::vector<const Node*> drops_of(const PythonSource& source, const Node& call, std::string_view operation);

/// The text of the SQL that `op.execute` (or a connection's execute) is called with, when it is one literal;
/// also within sqlalchemy.text().
const Node* sql_literal(const PythonSource& source, const Node& call);

/// Whether a text holds one command and no more.
bool is_one_command(std::string_view sql);

/// A statement put into a block of its own, which `header` opens: its lines one level further in, literals as
/// they are.
std::vector<edit::Edit> in_block(const PythonSource& source, const Node& statement,
                                 const std::string& header);

/// "alembic/versions/008.py:12" of a node.
std::string where(const PythonSource& source, const Node& node);

}  // namespace windlass::fix
