// A name as a person or an error message gives it: perhaps without its schema.
#pragma once

#include <string>
#include <vector>

#include "catalog/object.h"
#include "sql/sql_name.h"
#include "sql/targets.h"

namespace windlass::diagnose {

struct Name {
  /// As in catalog/object.h; "relation" for whatever lives in pg_class; "label" for a value of an enum.
  std::string kind;
  std::string schema;  ///< empty when not given
  std::string table;   ///< of a column, constraint, trigger, policy or rule; the type of a label
  std::string name;

  bool empty() const { return name.empty(); }
  /// "users", "app.users", "users.email".
  std::string text() const;
};

/// Whether `object` may be what `name` means. A schema that was not given matches every schema.
bool matches(const catalog::Object& object, const Name& name);

/// The same for kinds alone: "relation" takes in tables, views, sequences, indexes; "type" also
/// what has a row type; "constraint" also its index.
bool kind_matches(const std::string& object_kind, const std::string& name_kind);

/// Whether two names of schemas mean one: where none is given, `public` is meant.
bool same_schema(const std::string& a, const std::string& b);

Name name_of(const sql::Target& target);

using sql::sql_name;

/// An object of a schema as SQL needs it written, its schema in front.
std::string sql_name_of(const catalog::Object& object);

/// The last part of an object's name, without arguments: "email" of "public.users.email".
std::string last_part(const catalog::Object& object);

/// The table's part of a column's (constraint's, ...) object name: "public.users" of "public.users.email".
std::string parent_of(const catalog::Object& object);

}  // namespace windlass::diagnose
