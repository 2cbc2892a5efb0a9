#include "report/json_parts.h"

#include "base/text.h"

namespace windlass::report {

Json text(const std::string& value) { return base::valid_utf8(value); }

Json text_or_null(const std::string& value) { return value.empty() ? Json(nullptr) : text(value); }

Json texts(const std::vector<std::string>& values) {
  Json json = Json::array();
  for (const std::string& value : values) json.push_back(text(value));
  return json;
}

Json location(const base::Location& at) {
  if (!at.known()) return nullptr;
  Json json{{"file", text(at.file)}};
  json["line"] = at.line > 0 ? Json(at.line) : Json(nullptr);
  json["column"] = at.column > 0 ? Json(at.column) : Json(nullptr);
  return json;
}

}  // namespace windlass::report
