// What a database would lose if a statement were run on it once more. Pure.
#pragma once

#include <string>

#include "run/evidence.h"

namespace windlass::fix {

/// Why a statement must not be run again on a database that stands behind it: it drops what holds data (a
/// table, a column, a sequence), and something else of that name is made further down. Empty where nothing
/// is.
std::string loses_by_running_again(const record::Recording& recording, size_t statement);

}  // namespace windlass::fix
