// What a statement left behind though it failed: CREATE INDEX CONCURRENTLY
// commits the index before it is built, and a failure leaves it there, not
// valid. No event tells of it; the full read at the end shows it.
#pragma once

#include <string>
#include <vector>

#include "catalog/fact.h"
#include "record/recording.h"

namespace windlass::run {

struct HalfMade {
  size_t statement = 0;
  catalog::Fact index;
};

/// The invalid indexes of `read` that `known` does not have, each with the failed statement of `sessions`
/// that must have made it.
std::vector<HalfMade> half_made(const record::Recording& recording, const std::vector<int>& sessions,
                                const catalog::Snapshot& known, const catalog::Snapshot& read);

}  // namespace windlass::run
