// A creation that found its objects there: each of them as it is, as it was first made, and as the statement
// wants it. Pure.
#pragma once

#include <optional>
#include <vector>

#include "diagnose/context.h"
#include "diagnose/definition_differences.h"
#include "sql/targets.h"

namespace windlass::diagnose {

struct DuplicateObject {
  sql::Target target;      ///< what the statement says
  catalog::Object object;  ///< what is there; a primary key may have another name
  /// Of what is there and what is wanted; empty where they mean the same.
  std::vector<Difference> differences;
  std::optional<Sighting> maker;  ///< of what is there
  std::optional<Sighting> first;  ///< who created it under this name; a rename is no creation
  /// What is wanted means the same as what `first` made: what differs has been changed since.
  bool as_first_made = false;
};

/// The objects of the statement that are there already, in its order. `wanted`: what the server built of the
/// statement (run::Fault::wanted). None where the statement creates more than one table's parts, or where
/// what is there is not known.
std::vector<DuplicateObject> duplicate_objects(const Context& context, const record::Statement& failed,
                                               const std::vector<catalog::Fact>& wanted);

}  // namespace windlass::diagnose
