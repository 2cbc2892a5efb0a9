// Differences put together as people think of them: a table that only one database has is one thing, and its
// columns, keys and indexes come and go with it. Pure.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "catalog/compare.h"

namespace windlass::catalog {

struct Whole {
  const Difference* difference = nullptr;
  std::map<std::string, size_t> parts;  ///< that come and go with it: by kind, how many

  /// "table public.users (with 2 columns, 1 index)".
  std::string in_words() const;
};

/// Those of `differences` with this change (Created or Dropped), each relation with its parts; in order. They
/// point into `differences`.
std::vector<Whole> wholes(const std::vector<Difference>& differences, Change change);

/// A table, foreign table, view or materialized view.
bool is_relation(const std::string& kind);

/// Whether an object, with this definition, goes with the relation `name`: it is named after it, defined on
/// it, or owned by it.
bool goes_with(const Object& object, const std::string& definition, const std::string& name);

}  // namespace windlass::catalog
