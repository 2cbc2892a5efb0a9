#include "diagnose/definition_parts.h"

#include <nlohmann/json.hpp>

namespace windlass::diagnose {

namespace {

using nlohmann::json;

json part(const std::string& definition, const char* property) {
  const json all = json::parse(definition, nullptr, false);
  if (!all.is_object()) return {};
  const auto found = all.find(property);
  return found == all.end() ? json() : *found;
}

}  // namespace

std::string text_part(const std::string& definition, const char* property) {
  const json found = part(definition, property);
  return found.is_string() ? found.get<std::string>() : std::string();
}

std::vector<std::string> list_part(const std::string& definition, const char* property) {
  std::vector<std::string> texts;
  const json found = part(definition, property);
  if (found.is_array())
    for (const json& item : found)
      if (item.is_string()) texts.push_back(item.get<std::string>());
  return texts;
}

bool has_part(const std::string& definition, const char* property) {
  const json found = part(definition, property);
  return !found.is_null() && found != json(false);
}

bool denies_part(const std::string& definition, const char* property) {
  return part(definition, property) == json(false);
}

}  // namespace windlass::diagnose
