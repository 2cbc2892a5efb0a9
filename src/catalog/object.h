// The name of a database object, as every output spells it.
#pragma once

#include <compare>
#include <string>

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

/// "table public.users".
inline std::string to_string(const Object& object) { return object.kind + " " + object.name; }

}  // namespace windlass::catalog
