// What people use without thinking of the extension it comes from.
#pragma once

#include <string_view>

namespace windlass::sql {

/// The extension that provides the object; empty where none is known. `kind` as in catalog/object.h, also
/// "operator class", "access method" and "language"; `name` without schema and arguments, in any case.
std::string_view extension_of(std::string_view kind, std::string_view name);

}  // namespace windlass::sql
