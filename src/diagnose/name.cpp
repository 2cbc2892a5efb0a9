#include "diagnose/name.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace windlass::diagnose {

namespace {

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool belongs_to_table(std::string_view kind) {
  return one_of(kind, {"column", "constraint", "trigger", "policy", "rule", "label"});
}

std::string without_arguments(const std::string& name) { return name.substr(0, name.find('(')); }

bool ends_with_part(const std::string& whole, const std::string& part) {
  if (whole == part) return true;
  return whole.size() > part.size() && whole.ends_with(part) && whole[whole.size() - part.size() - 1] == '.';
}

}  // namespace

std::string Name::text() const {
  std::string result;
  if (!schema.empty()) result += schema + ".";
  if (!table.empty() && belongs_to_table(kind)) result += table + ".";
  return result + name;
}

bool kind_matches(const std::string& object_kind, const std::string& name_kind) {
  if (object_kind == name_kind) return true;
  if (name_kind == "relation" || name_kind == "table" || name_kind == "view" || name_kind == "sequence" ||
      name_kind == "materialized view" || name_kind == "foreign table")
    return one_of(object_kind, {"table", "foreign table", "view", "materialized view", "sequence", "index"});
  if (name_kind == "index")
    return one_of(object_kind, {"table", "view", "materialized view", "sequence", "constraint"});
  if (name_kind == "type")
    return one_of(object_kind, {"table", "view", "materialized view", "foreign table"});
  if (name_kind == "constraint") return object_kind == "index";
  if (name_kind == "function") return one_of(object_kind, {"procedure", "aggregate"});
  if (name_kind == "procedure" || name_kind == "aggregate") return object_kind == "function";
  return false;
}

bool matches(const catalog::Object& object, const Name& name) {
  if (name.empty() || !kind_matches(object.kind, name.kind)) return false;
  // An index is named by its schema, a constraint by its table: across the two only the last part can be
  // compared.
  if (object.kind != name.kind && belongs_to_table(object.kind) != belongs_to_table(name.kind))
    return last_part(object) == name.name;
  const std::string whole = one_of(object.kind, {"function", "procedure", "aggregate"})
                                ? without_arguments(object.name)
                                : object.name;
  return ends_with_part(whole, name.text());
}

bool same_schema(const std::string& a, const std::string& b) {
  const auto none = [](const std::string& schema) { return schema.empty() || schema == "public"; };
  return a == b || (none(a) && none(b));
}

Name name_of(const sql::Target& target) {
  Name name;
  name.kind = target.kind;
  name.name = target.name;
  const bool part = belongs_to_table(target.kind);
  name.schema = part ? target.table_schema : target.schema;
  if (part) name.table = target.table;
  return name;
}

std::string last_part(const catalog::Object& object) {
  const std::string name = without_arguments(object.name);
  const size_t dot = name.rfind('.');
  return dot == std::string::npos ? name : name.substr(dot + 1);
}

std::string parent_of(const catalog::Object& object) {
  const size_t dot = object.name.rfind('.');
  return dot == std::string::npos ? "" : object.name.substr(0, dot);
}

std::string sql_name_of(const catalog::Object& object) {
  const size_t dot = object.name.find('.');
  if (dot == std::string::npos) return sql_name({object.name});
  return sql_name({object.name.substr(0, dot), object.name.substr(dot + 1)});
}

}  // namespace windlass::diagnose
