// What stands in the way of a drop, by the server's own list, and what takes it away. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fix/python_source.h"

namespace windlass::fix {

/// An object that depends on what is to be dropped, or that a statement drops.
struct Dependent {
  std::string kind;   ///< "column", "table", "view", "materialized view", "function", "constraint", ...
  std::string table;  ///< of a column or a constraint, without its schema; else empty
  std::string name;   ///< without its schema and, of a function, without its arguments

  bool operator==(const Dependent&) const = default;
};

/// "column mood of table people depends on type mood": what stands before "depends on". Nothing where the
/// line says something else ("and 3 other objects").
std::optional<Dependent> dependent_of(std::string_view line);

/// The names in "cannot drop type app.mood because other objects depend on it": the kind, and the parts of
/// the name. Empty for any other message.
struct DropRefused {
  std::string kind, schema, name;
};
std::optional<DropRefused> drop_refused(std::string_view message);

/// What a call takes away for certain, or gives another type: an operation of Alembic's (also of a batch) by
/// its literal names, or SQL in one literal.
std::vector<Dependent> taken_away_by(const PythonSource& source, const Node& call);

/// Whether what is taken away takes the dependent with it: itself, or the table that it belongs to.
bool takes_away(const Dependent& taken, const Dependent& dependent);

}  // namespace windlass::fix
