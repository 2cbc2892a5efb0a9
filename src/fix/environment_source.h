// env.py as mends see it: where it tells Alembic its connection, and where it runs the migrations. Pure.
#pragma once

#include <string>
#include <vector>

#include "fix/mend.h"

namespace windlass::fix {

/// The source of env.py, above the chain's revisions. Not mended where none is found.
Mended<const PythonSource*> env_py(const Ground& ground);

struct Online {
  const Node* configure = nullptr;      ///< the statement that is `context.configure(connection=...)` alone
  std::string connection;               ///< the variable that holds the connection
  std::vector<const Node*> outside_of;  ///< statements that run the migrations outside of begin_transaction()
};

/// The online part of an env.py that is written in the ordinary way: one context.configure with a variable as
/// its connection.
Mended<Online> online(const PythonSource& env);

}  // namespace windlass::fix
