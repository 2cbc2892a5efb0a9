// What people use without thinking of the extension it comes from.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace windlass::sql {

/// The extension that provides the object; empty where none is known. `kind` as in catalog/object.h, also
/// "operator class", "access method" and "language"; `name` without schema and arguments, in any case.
std::string_view extension_of(std::string_view kind, std::string_view name);

/// An index's operator class that the server looked for by itself.
struct DefaultOperatorClass {
  std::string kind, name;  ///< what extension_of() knows it by; `name`: the type
};

/// Of the sentence "data type integer has no default operator class for access method "gist""; nothing where
/// it is another, or where no extension is known to bring one.
std::optional<DefaultOperatorClass> default_operator_class(std::string_view message);

}  // namespace windlass::sql
