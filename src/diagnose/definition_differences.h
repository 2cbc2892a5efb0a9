// One object as a statement wants it, against what bears its name already: every difference in meaning, as
// words. Pure.
//
// Invariant: what the two may differ in without a statement having asked for it is not compared: owners (but
// of a schema that is created for one), names that the server gave, storage, statistics, comments.
#pragma once

#include <string>
#include <vector>

#include "catalog/fact.h"

namespace windlass::diagnose {

/// A definition and what bears it.
struct Defined {
  catalog::Object object;
  std::string definition;  ///< the catalog's JSON
};

struct Difference {
  enum class About { Whole, Missing, Extra };  ///< the object or a part of both; a part of one alone
  About about = About::Whole;
  /// The part: a column, a constraint, a label ("label", the label itself); of Whole the object where no part
  /// is meant.
  catalog::Object part;
  std::string words;  ///< "column "age": integer there, bigint wanted"
};

/// A table's own properties and the columns of both.
std::vector<Difference> table_differences(const Defined& there, const std::vector<Defined>& columns_there,
                                          const Defined& wanted, const std::vector<Defined>& columns_wanted);

/// Constraints by their meaning, whatever their names: `extra` are those of `there` that may be told of where
/// nothing wanted is like them.
std::vector<Difference> constraint_differences(const std::vector<Defined>& there,
                                               const std::vector<Defined>& extra,
                                               const std::vector<Defined>& wanted);

/// Of one column, type, index, constraint, sequence, view, function, trigger, policy, rule, schema or
/// extension; none for any other kind.
std::vector<Difference> own_differences(const Defined& there, const Defined& wanted);

}  // namespace windlass::diagnose
