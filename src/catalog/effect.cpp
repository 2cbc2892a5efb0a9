#include "catalog/effect.h"

#include <algorithm>
#include <utility>

namespace windlass::catalog {

std::string to_string(Change change) {
  switch (change) {
    case Change::Created:
      return "created";
    case Change::Altered:
      return "altered";
    case Change::Dropped:
      return "dropped";
  }
  return "";
}

std::string outcome_of(const Effect& effect) {
  return effect.rolled_back ? "rolled-back" : to_string(effect.change);
}

namespace {

/// Takes `next`, of the same object, into `effect`; false when nothing is left of both.
bool join(Effect& effect, Effect&& next) {
  if (effect.change == Change::Created) {
    if (next.change == Change::Dropped) return false;
    effect.object = std::move(next.object);
    effect.after = std::move(next.after);
    return true;
  }
  const bool anew = effect.change == Change::Dropped;
  if (next.change == Change::Dropped) {
    if (!effect.renamed_from.empty()) effect.object.name = std::exchange(effect.renamed_from, {});
  } else {
    if (!next.renamed_from.empty() && effect.renamed_from.empty()) effect.renamed_from = next.renamed_from;
    if (effect.renamed_from == next.object.name) effect.renamed_from.clear();
    effect.object = std::move(next.object);
  }
  effect.change = next.change == Change::Created ? Change::Altered : next.change;
  effect.after = std::move(next.after);
  return !anew || effect.before != effect.after;
}

}  // namespace

std::vector<Effect> folded(std::vector<Effect> effects) {
  std::vector<Effect> left;
  for (Effect& effect : effects) {
    const Object was{effect.object.kind,
                     effect.renamed_from.empty() ? effect.object.name : effect.renamed_from};
    const auto old =
        std::find_if(left.begin(), left.end(), [&was](const Effect& e) { return e.object == was; });
    if (old == left.end())
      left.push_back(std::move(effect));
    else if (!join(*old, std::move(effect)))
      left.erase(old);
  }
  return left;
}

}  // namespace windlass::catalog
