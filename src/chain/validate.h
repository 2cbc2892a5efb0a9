// What is wrong with a chain's graph, as values. Pure.
#pragma once

#include <vector>

#include "chain/chain.h"

namespace windlass::chain {

struct ValidateOptions {
  /// Whether the graph holds every revision: where a file could not be read,
  /// a parent that is not there may be the one it holds.
  bool complete = true;
};

/// Missing parents, ids borne twice, circles (also through depends_on),
/// several heads, several bases, ids longer than Alembic's version table takes.
/// Fatal problems come first.
std::vector<Problem> find_problems(const Chain& chain, const ValidateOptions& options = {});

}  // namespace windlass::chain
