// Definitions: the JSON text of one object's properties, in one spelling.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace windlass::catalog {

/// Sorted keys, no insignificant blanks; options, and other lists whose order says nothing, sorted.
std::string canonical(const nlohmann::json& definition);
/// The same from text; text that is no JSON becomes a JSON string of it.
std::string canonical(std::string_view text);

}  // namespace windlass::catalog
