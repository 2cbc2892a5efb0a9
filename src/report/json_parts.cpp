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

Json object(const catalog::Object& object) {
  return {{"kind", text(object.kind)}, {"name", text(object.name)}};
}

Json definition(const std::string& written) {
  if (written.empty()) return nullptr;
  Json value = Json::parse(written, nullptr, false);
  return value.is_discarded() ? Json(text(written)) : value;
}

Json inputs(const run::Evidence& evidence) {
  Json all = Json::array();
  for (const run::Input& input : evidence.inputs)
    all.push_back({{"file", text(input.file)}, {"digest", text_or_null(input.digest)}});
  return all;
}

Json noted(const std::vector<catalog::Noted>& all) {
  Json list = Json::array();
  for (const catalog::Noted& each : all)
    list.push_back({{"object", object(each.object)}, {"reason", text(each.reason)}});
  return list;
}

}  // namespace windlass::report
