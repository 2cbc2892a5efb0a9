// An enum type as the revisions' sources spell it, and the one spelling that means the same in
// SQLAlchemy 1.4, 2.0 and 2.1: postgresql.ENUM(..., create_type=False) in columns, one create, one drop.
#pragma once

#include <string>
#include <vector>

#include "fix/mend.h"

namespace windlass::fix {

struct Construction {
  const PythonSource* source = nullptr;
  const Node* call = nullptr;
  std::string assigned_to;     ///< the variable that it is assigned to; empty where there is none
  std::string variable;        ///< the same, where it is one of the module's top level
  bool is_postgresql = false;  ///< postgresql.ENUM, and not sqlalchemy.Enum
};

/// Where `revision`'s file constructs the enum type of this name (without schema), as the run saw it. Not
/// mended: constructed nowhere in that file, or by something else than a call of Enum or ENUM.
Mended<std::vector<Construction>> constructions(const Ground& ground, const std::string& type,
                                                const std::string& revision);

/// Those that a call has among its arguments, in place or by their variable; all of them where none is seen
/// there.
std::vector<Construction> used_in(const std::vector<Construction>& all, const Node& call);

/// Edits that make it `postgresql.ENUM(..., create_type=False)`; the import that this needs is among them.
/// None where it is that already.
std::vector<edit::Edit> spelled(const PythonSource& source, const std::vector<Construction>& all);

/// What stands for the type in a statement of its own: the variable, else the call as it is spelled then,
/// without create_type.
std::string expression_of(const Construction& construction);

/// What `op` is called in a source; not mended where it is not imported as a whole.
Mended<std::string> op_of(const PythonSource& source);

/// `expression.drop(...)` at the end of the downgrade: empty where there is no downgrade that takes something
/// back, or where it drops the type already.
std::vector<edit::Edit> dropped_in_downgrade(const PythonSource& source, const std::string& type,
                                             const std::string& statement);

}  // namespace windlass::fix
