// What a source no longer needs once parts of it are gone. Pure.
#pragma once

#include <span>
#include <vector>

#include "fix/python_source.h"

namespace windlass::fix {

/// Edits that take out imports at the top level which only `gone` (statements or imports that another edit
/// takes out or replaces) had a use for, and assignments `bind = op.get_bind()` that only they used.
/// `kept`: names that the new text needs.
std::vector<edit::Edit> without_unused(const PythonSource& source, std::span<const Node* const> gone,
                                       const std::vector<std::string>& kept);

/// Whether a name is read anywhere but in `gone`.
bool used_outside(const PythonSource& source, std::string_view name, std::span<const Node* const> gone);

/// What an import binds, as `import a.b` binds "a".
std::vector<std::string> bound_by(const Node& import);

}  // namespace windlass::fix
