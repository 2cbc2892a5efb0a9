// The name of a database object, as every output spells it.
#pragma once

#include <compare>
#include <string>
#include <utility>

namespace windlass::catalog {

/// Kinds, in the words of PostgreSQL's manual: "schema", "table", "column",
/// "constraint", "index", "sequence", "view", "materialized view", "type",
/// "function", "procedure", "aggregate", "trigger", "policy", "rule",
/// "extension", "comment", "privilege", "role", "database"; any other kind
/// bears the name pg_identify_object gives it ("publication", "cast", ...).
///
/// Names are schema-qualified and unquoted, parts joined by '.': "public.users",
/// "public.users.email" (a column, constraint, trigger, policy or rule of a
/// table), "public.total(integer)" (a function). Comments and privileges are
/// named after what they belong to: "table public.users".
struct Object {
  std::string kind;
  std::string name;

  auto operator<=>(const Object&) const = default;
};

/// "public" and "users.email" of "public.users.email"; no schema where there is no dot.
inline std::pair<std::string, std::string> schema_and_name(const std::string& name) {
  const size_t dot = name.find('.');
  return dot == std::string::npos ? std::pair(std::string(), name)
                                  : std::pair(name.substr(0, dot), name.substr(dot + 1));
}

/// "table public.users".
inline std::string to_string(const Object& object) { return object.kind + " " + object.name; }

}  // namespace windlass::catalog
