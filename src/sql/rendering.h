// Whether two texts that servers of different major versions gave for one definition mean the same.
//
// Sources: the release notes of 14 (functions called by their SQL syntax are shown in it) and of 16 (columns
// of a view over one relation are shown without it), of 14 again (parameters of procedures are shown with
// IN), and src/backend/utils/adt/ruleutils.c.
#pragma once

#include <string_view>

namespace windlass::sql {

/// Compares parse trees (of a statement, an expression, or a constraint's definition), not texts: without
/// places, whichever way a function's call is spelt, with or without IN at a parameter, and with or without
/// the name of the only relation of a query's FROM in front of its columns. False where either cannot be
/// read.
bool rendered_alike(std::string_view a, std::string_view b);

}  // namespace windlass::sql
