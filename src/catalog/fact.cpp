#include "catalog/fact.h"

#include <algorithm>
#include <tuple>

namespace windlass::catalog {

const Fact* Snapshot::find(const Object& object) const {
  const auto found =
      std::find_if(facts.begin(), facts.end(), [&object](const Fact& fact) { return fact.object == object; });
  return found == facts.end() ? nullptr : &*found;
}

void Snapshot::sort() {
  std::sort(facts.begin(), facts.end(),
            [](const Fact& a, const Fact& b) { return std::tie(a.object, a.id) < std::tie(b.object, b.id); });
}

}  // namespace windlass::catalog
