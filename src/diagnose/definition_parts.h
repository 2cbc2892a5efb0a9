// The properties of an object out of its definition, the catalog's JSON (docs/formats.md).
#pragma once

#include <string>
#include <vector>

namespace windlass::diagnose {

/// The text of a property; empty where it has none, or one that is no text.
std::string text_part(const std::string& definition, const char* property);

/// The texts of a list; empty where there is no such list.
std::vector<std::string> list_part(const std::string& definition, const char* property);

/// Whether the property is there and is not `false` or null.
bool has_part(const std::string& definition, const char* property);

/// Whether the property is there and is `false`: validity is told only where it is missing.
bool denies_part(const std::string& definition, const char* property);

}  // namespace windlass::diagnose
