#include "run/proven.h"

namespace windlass::run {

size_t proven_at_the_beginning(const std::vector<std::string>& order, const chain::Chain& chain,
                               const std::set<std::string>& revisions) {
  const chain::Ancestry ancestry(chain);
  std::set<std::string> taken;
  size_t count = 0;
  for (size_t k = 0; k < order.size() && revisions.contains(order[k]); ++k) {
    taken.insert(order[k]);
    if (ancestry.with_ancestors({order[k]}) == taken) count = k + 1;
  }
  return count;
}

}  // namespace windlass::run
