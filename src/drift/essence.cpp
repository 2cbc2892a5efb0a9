#include "drift/essence.h"

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace windlass::drift {

std::string essence(const catalog::Object& object, const std::string& definition) {
  if (!base::contains(definition, "\"owner\":") && object.kind != "extension") return definition;
  nlohmann::json value = nlohmann::json::parse(definition, nullptr, false);
  if (!value.is_object()) return definition;
  value.erase("owner");
  if (object.kind == "extension") value.erase("version");
  return value.dump();
}

}  // namespace windlass::drift
