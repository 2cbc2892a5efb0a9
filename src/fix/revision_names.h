// The ids that a revision's file writes: its own, and those of the revisions that it follows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "edit/edit.h"
#include "fix/python_source.h"

namespace windlass::fix {

/// Edits that write `by` for `id` where the module sets one of `variables` ("revision", "down_revision",
/// "depends_on") to a literal, or to several; then also in its docstring. None where it stands in no literal.
std::vector<edit::Edit> with_other_id(const PythonSource& source,
                                      const std::vector<std::string_view>& variables, const std::string& id,
                                      const std::string& by);

}  // namespace windlass::fix
