// Where a revision ends Alembic's transaction by itself. Pure.
#pragma once

#include <vector>

#include "fix/python_source.h"

namespace windlass::fix {

/// The statements of a function that are nothing but a COMMIT of the migration's own connection:
/// `op.get_bind().commit()`, also of a variable that holds op.get_bind() and nothing else, also of the
/// driver's connection below it, and `op.execute("COMMIT")`.
std::vector<const Node*> commits_in(const PythonSource& source, const Node& function);

/// Whether one of them stands in a loop: it parts the work, and that may be meant.
bool parts_the_work(const PythonSource& source, const std::vector<const Node*>& commits);

/// Whether a node is the migration's own connection: op.get_bind(), or a variable of the function that holds
/// it and nothing else.
bool is_bind(const PythonSource& source, const Node& function, const Node& node);

}  // namespace windlass::fix
