// A chain's graph as the document windlass.graph/1 (docs/formats.md).
#pragma once

#include <string>
#include <vector>

#include "chain/chain.h"

namespace windlass::report {

std::string graph_json(const chain::Chain& chain, const std::vector<chain::Problem>& problems,
                       const std::string& project);

}  // namespace windlass::report
