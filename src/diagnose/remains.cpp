#include "diagnose/remains.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "diagnose/name.h"

namespace windlass::diagnose {

namespace {

std::string literal(const std::string& text) { return "'" + base::replace_all(text, "'", "''") + "'"; }

/// The object's name as SQL reads it: each part quoted where it must be.
std::string in_sql(const catalog::Object& object) { return sql_name(base::split(object.name, '.')); }

bool is_relation(const std::string& kind) {
  return kind == "table" || kind == "view" || kind == "materialized view" || kind == "sequence" ||
         kind == "index";
}

std::string upper(std::string word) {
  for (char& c : word)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return word;
}

/// A condition that holds while the object is there; empty for kinds that are not asked for.
std::string condition(const catalog::Object& object) {
  if (is_relation(object.kind)) return fmt::format("to_regclass({}) IS NOT NULL", literal(in_sql(object)));
  if (object.kind == "type") return fmt::format("to_regtype({}) IS NOT NULL", literal(in_sql(object)));
  if (object.kind == "schema") return fmt::format("to_regnamespace({}) IS NOT NULL", literal(in_sql(object)));
  if (object.kind == "column")
    return fmt::format(
        "EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass({}) AND attname = {} AND NOT "
        "attisdropped)",
        literal(sql_name(base::split(parent_of(object), '.'))), literal(last_part(object)));
  if (object.kind == "constraint")
    return fmt::format("EXISTS (SELECT FROM pg_constraint WHERE conrelid = to_regclass({}) AND conname = {})",
                       literal(sql_name(base::split(parent_of(object), '.'))), literal(last_part(object)));
  return "";
}

std::string drop(const catalog::Object& object) {
  if (is_relation(object.kind) || object.kind == "type" || object.kind == "schema")
    return fmt::format("DROP {} {};", upper(object.kind), in_sql(object));
  if (object.kind == "column" || object.kind == "constraint")
    return fmt::format("ALTER TABLE {} DROP {} {};", sql_name(base::split(parent_of(object), '.')),
                       upper(object.kind), sql_name({last_part(object)}));
  return "";
}

/// Those that did not come with another one: a table brings its columns, constraints, their indexes and the
/// sequence of a serial column.
std::vector<catalog::Object> by_themselves(const std::vector<catalog::Object>& created) {
  std::vector<catalog::Object> kept;
  const auto made = [&](const std::string& kind, const std::string& name) {
    return std::find(created.begin(), created.end(), catalog::Object{kind, name}) != created.end();
  };
  for (const catalog::Object& object : created) {
    const std::string parent = parent_of(object);
    if ((object.kind == "column" || object.kind == "constraint") && made("table", parent)) continue;
    // An index that a constraint owns bears the constraint's name, in the schema of its table.
    const bool of_constraint = object.kind == "index" &&
                               std::any_of(created.begin(), created.end(), [&](const catalog::Object& other) {
                                 return other.kind == "constraint" && last_part(other) == last_part(object);
                               });
    const bool of_column = object.kind == "sequence" &&
                           std::any_of(created.begin(), created.end(), [&](const catalog::Object& other) {
                             return other.kind == "column" &&
                                    base::contains(object.name, last_part({"table", parent_of(other)}) + "_" +
                                                                    last_part(other) + "_seq");
                           });
    if (!of_constraint && !of_column) kept.push_back(object);
  }
  return kept;
}

}  // namespace

std::string sql_to_see(const std::vector<catalog::Object>& created) {
  std::string text;
  for (const catalog::Object& object : by_themselves(created)) {
    const std::string there = condition(object);
    if (there.empty()) continue;
    text += text.empty() ? "" : " UNION ALL\n";
    text += fmt::format("SELECT {} AS is_there WHERE {}", literal(catalog::to_string(object)), there);
  }
  return text.empty() ? text : text + ";";
}

std::string sql_to_undo(const std::vector<catalog::Object>& created) {
  std::vector<std::string> lines;
  for (const catalog::Object& object : by_themselves(created))
    if (const std::string line = drop(object); !line.empty()) lines.insert(lines.begin(), line);
  return base::join(lines, "\n");
}

}  // namespace windlass::diagnose
