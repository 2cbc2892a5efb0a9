#include "catalog/definition.h"

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace windlass::catalog {

using nlohmann::json;

std::string canonical(const json& definition) {
  return definition.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string canonical(std::string_view text) {
  const std::string valid = base::valid_utf8(text);
  const json parsed = json::parse(valid, nullptr, false);
  return parsed.is_discarded() ? canonical(json(valid)) : canonical(parsed);
}

}  // namespace windlass::catalog
