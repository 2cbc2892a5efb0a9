#include "diagnose/enum_fix.h"

#include <fmt/core.h>

#include "base/text.h"
#include "diagnose/compose.h"

namespace windlass::diagnose {

EnumText enum_text(const Name& type, const std::vector<std::string>& labels) {
  EnumText text;
  for (const char c : base::to_lower(type.name))
    text.variable += (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ? c : '_';
  if (text.variable.empty() || (text.variable[0] >= '0' && text.variable[0] <= '9'))
    text.variable.insert(0, "type_");
  const std::string schema = type.schema.empty() || type.schema == "public"
                                 ? ""
                                 : fmt::format(", schema={}", python_strings({type.schema}));
  text.declaration =
      fmt::format("{} = postgresql.ENUM({}, name={}{}, create_type=False)", text.variable,
                  labels.empty() ? "..." : python_strings(labels), python_strings({type.name}), schema);
  text.create = text.variable + ".create(op.get_bind())";
  text.drop = text.variable + ".drop(op.get_bind())";
  return text;
}

std::vector<std::string> labels_in(const std::string& text, const std::string& type_name) {
  for (const sql::Target& target : sql::read_targets(text).targets)
    if (target.kind == "type" && target.name == type_name && !target.labels.empty()) return target.labels;
  return {};
}

}  // namespace windlass::diagnose
