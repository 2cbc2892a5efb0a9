// What a failing statement asks of the rows that are there, and which of windlass's own rows do not meet it.
// Pure.
#pragma once

#include <string>
#include <vector>

#include "diagnose/context.h"
#include "populate/rows.h"

namespace windlass::diagnose {

struct RefusedRows {
  std::string schema, table;               ///< whose rows; empty where it is not known
  std::vector<std::string> columns;        ///< that the refusal is about; empty where it is not known
  std::vector<const populate::Row*> rows;  ///< some that do not meet it, or may not; the surest first
  /// The chain itself made each of these columns after the rows were put in, and nothing wrote them since:
  /// every row that could have been there breaks it.
  bool whatever_rows = false;
};

/// `failure`: of a run that began with `rows`; its error is of class 22 or 23. `innocent`: rows with which
/// the same goes well; nullptr where none are known.
RefusedRows refused_rows(const Context& context, const Failure& failure, const populate::Rows& rows,
                         const populate::Rows* innocent);

}  // namespace windlass::diagnose
