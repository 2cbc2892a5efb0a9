// Two snapshots, and every difference between them.
#pragma once

#include <string>
#include <vector>

#include "catalog/effect.h"
#include "catalog/fact.h"

namespace windlass::catalog {

/// Read from A to B: "created" is only in B, "dropped" only in A.
struct Difference {
  Object object;
  Change change = Change::Altered;
  std::string before, after;  ///< definitions in A and in B
  /// "column public.users.email: type varchar(100) in A, varchar(255) in B".
  std::string sentence;
};

/// One attribute of an object that both have; of an object that only one has, the whole of it.
struct AttributeDifference {
  Object object;
  Change change = Change::Altered;
  std::string attribute;  ///< "type", "default", ...; empty for the whole object
  std::string a, b;       ///< canonical JSON; empty where that side has none
  std::string sentence;   ///< "column public.users.email: type varchar(100) in A, varchar(255) in B"
};

/// Each of these as one for every attribute in it.
std::vector<AttributeDifference> by_attribute(const std::vector<Difference>& differences,
                                              const std::string& a_name = "A",
                                              const std::string& b_name = "B");

/// Compares by name; `a_name` and `b_name` stand in the sentences. Sorted by object.
std::vector<Difference> compare(const Snapshot& a, const Snapshot& b, const std::string& a_name = "A",
                                const std::string& b_name = "B");

}  // namespace windlass::catalog
