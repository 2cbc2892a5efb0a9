// What the catalog says of one object: a fact. A snapshot is a set of facts.
#pragma once

#include <compare>
#include <string>
#include <vector>

#include "catalog/object.h"

namespace windlass::catalog {

struct Fact {
  Object object;
  /// Canonical JSON (sorted keys, no insignificant blanks): equal text, equal meaning.
  std::string definition;
  /// Which row of the server's catalog it is ("1259:16385:2": class, object,
  /// sub-object). Holds within one database only; tells a rename from a drop
  /// and a create. Not part of the definition.
  std::string id;
  /// The id of the object it is read together with: for a column, index,
  /// constraint or trigger its table's id; for others its own.
  std::string group;
};

/// The facts of one database at one moment, sorted by object. Objects of the
/// server itself, of extensions and of windlass are not among them.
struct Snapshot {
  std::vector<Fact> facts;

  /// The fact of `object`, or nullptr.
  const Fact* find(const Object& object) const;
  void sort();
};

}  // namespace windlass::catalog
