// Which sequences give values that their columns hold already: rows were inserted with values of their own,
// and the sequence was not moved past them. The next insert that relies on the default fails with 23505.
#pragma once

#include <vector>

#include "pg/connection.h"
#include "run/evidence.h"

namespace windlass::run {

/// How many inserts ahead is looked: values further off were put there with room before them, on purpose.
inline constexpr int64_t kInsertsAhead = 1000;

/// Reads the sequences of the connection's database, and of each column that may hold a value only once the
/// values from the sequence's next one on. What cannot be read (no privilege, no integer) is left out.
std::vector<SequenceBehind> sequences_behind(pg::Connection& connection);

}  // namespace windlass::run
