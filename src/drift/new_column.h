// A column that the chain has yet to add to a table: what rows that are there will hold in it. Pure.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "catalog/fact.h"
#include "catalog/object.h"
#include "record/recording.h"
#include "run/evidence.h"

namespace windlass::drift {

struct NewColumn {
  enum class Holds {
    Nothing,    ///< NULL
    ItsOwn,     ///< another value in each row: a sequence's, or an identity's
    SomeValue,  ///< what a default or an expression says
  };
  Holds holds = Holds::Nothing;  ///< from when it is added
  const record::Statement* written =
      nullptr;  ///< what writes it after that, first; nullptr: nothing is seen to
  /// What makes it NOT NULL; nullptr: nothing does.
  const record::Statement* not_null = nullptr;
  bool at_once = false;  ///< that adds it, too: nothing can write it before
};

/// `column`: of a table that is there. Nothing where no revision that has yet to run adds it by itself (it
/// was renamed; the table is made anew with it; it is inherited, and told where it comes from). `at_end`:
/// what the chain makes, for domains with a default.
std::optional<NewColumn> new_column(const catalog::Object& column, const run::Evidence& run,
                                    const std::set<std::string>& applied, const catalog::Snapshot& at_end);

}  // namespace windlass::drift
