// SQL as a revision's operations: what stands in its upgrade() or downgrade(). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "run/turn.h"

namespace windlass::fix {

/// `op.execute("...")`: what reaches the server is `sql` as it stands. A word behind a colon is escaped:
/// SQLAlchemy would take it for a parameter. SQL of several lines is a literal of several lines.
std::string op_execute(std::string_view sql);

/// The statements of the steps, an operation each; what is to be committed before anything uses it stands in
/// an autocommit block. Whole lines, without indentation.
std::vector<std::string> operations_of(const std::vector<run::TakenStep>& steps);

/// The same statements as SQL, in their order.
std::vector<std::string> statements_of(const std::vector<run::TakenStep>& steps);

}  // namespace windlass::fix
