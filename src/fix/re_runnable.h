// Revisions that may be run again on a database that has some of what they make: operations of Alembic's and
// SQL of the revision's own go through a small module of the project, which compares what is there with what
// they would make (fix/python/schema_guard.py). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chain/chain.h"
#include "fix/mend.h"

namespace windlass::fix {

/// The file that the module is kept in, in the folder of env.py.
inline constexpr std::string_view kGuardFile = "schema_guard.py";
/// The module itself.
std::string_view guard_module();

/// What is to be done about one revision.
struct Guarded {
  std::vector<edit::Edit> edits;     ///< of its file; empty: nothing is left to be done
  std::vector<std::string> made;     ///< what goes through the module then, as words: "create_table"
  base::Location first;              ///< the first of them
  std::vector<std::string> by_hand;  ///< sentences, each about a place that no edit is made at
};

/// The edits of `revision`. `up` leads from its file's folder to that of the module: "..", or "." or
/// "../../migrations". Not mended: its source cannot be edited.
Mended<Guarded> guarded(const Ground& ground, const chain::Revision& revision, const std::string& up);

/// How a literal of SQL is handed to the module: "execute_create" or "execute_drop", and the arguments that
/// name what it is about (`kind="view", name="v"`). Both empty where it is left alone; then `because` says
/// why, or is empty, too, where it may be run again as it stands.
struct GuardedSql {
  std::string function, arguments, because;
};
GuardedSql guarded_sql(std::string_view sql);

}  // namespace windlass::fix
