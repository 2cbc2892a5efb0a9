#include "catalog/definition.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace windlass::catalog {

using nlohmann::json;

namespace {

/// Lists whose order says nothing: the server keeps them as they were set, one after the other.
constexpr std::array<const char*, 5> kSets = {"options", "toast_options", "settings", "tags", "publications"};

bool has_unsorted(const json& definition) {
  return definition.is_object() && std::any_of(kSets.begin(), kSets.end(), [&](const char* key) {
           const auto found = definition.find(key);
           return found != definition.end() && found->is_array() &&
                  !std::is_sorted(found->begin(), found->end());
         });
}

void sort_sets(json& definition) {
  for (const char* key : kSets)
    if (const auto found = definition.find(key); found != definition.end() && found->is_array())
      std::sort(found->begin(), found->end());
}

}  // namespace

std::string canonical(const json& definition) {
  if (has_unsorted(definition)) {
    json sorted = definition;
    sort_sets(sorted);
    return canonical(sorted);
  }
  return definition.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string canonical(std::string_view text) {
  const std::string valid = base::valid_utf8(text);
  const json parsed = json::parse(valid, nullptr, false);
  return parsed.is_discarded() ? canonical(json(valid)) : canonical(parsed);
}

}  // namespace windlass::catalog
