#include "diagnose/enum_labels_sql.h"

#include <fmt/core.h>

#include "base/text.h"
#include "diagnose/name.h"

namespace windlass::diagnose {

namespace {

std::string name_of(const catalog::Object& type) {
  const size_t dot = type.name.find('.');
  const std::string schema = type.name.substr(0, dot);
  return sql_name({schema == "public" ? "" : schema, type.name.substr(dot + 1)});
}

std::string literal(const std::string& label) { return "'" + base::replace_all(label, "'", "''") + "'"; }

}  // namespace

std::string add_label_sql(const catalog::Object& type, const std::string& label) {
  return fmt::format("ALTER TYPE {} ADD VALUE IF NOT EXISTS {}", name_of(type), literal(label));
}

std::string rename_label_sql(const catalog::Object& type, const std::string& from, const std::string& to) {
  return fmt::format("ALTER TYPE {} RENAME VALUE {} TO {}", name_of(type), literal(from), literal(to));
}

}  // namespace windlass::diagnose
