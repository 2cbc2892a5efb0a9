// One table as the models create it, against the same table at the chain's head: every difference, and what
// it does to the application. Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "diagnose/cases/table_parts.h"
#include "diagnose/finding.h"
#include "run/models_made.h"

namespace windlass::diagnose {

/// What is harmless is told by what it is about, over all tables at once.
enum class Aspect {
  Missing,     ///< the head lacks what the models use: the application's statements fail
  Behaviour,   ///< the database takes, gives or refuses other values than the models say
  Name,        ///< a constraint or an index has another name
  Index,       ///< an index that only one of the two has
  Looser,      ///< the head allows more, or gives a default of its own
  OnlyInHead,  ///< columns, constraints and tables that no model maps
  Looks,       ///< order of columns, comments
};

struct ModelDifference {
  Aspect aspect = Aspect::Behaviour;
  catalog::Object object;  ///< as the head names it, where the head has it
  bool at_head = false;
  std::string column;    ///< whose place in the models' source is meant; empty: the table's
  std::string sentence;  ///< "public.users.age: bigint in the models, integer in the chain"
};

/// What models or chain have with a name in `excluded` of `table` is not compared. `missing`: tables, as
/// "schema.name", that the head lacks altogether: what refers to them is not told again.
std::vector<ModelDifference> model_differences(const run::MadeTable& table, const TableParts& models,
                                               const TableParts& head, const std::set<std::string>& missing);

}  // namespace windlass::diagnose
