#include "populate/dials.h"

#include <algorithm>
#include <numeric>

namespace windlass::populate {

namespace {

constexpr size_t kMostCombinations = 400;

}  // namespace

Dials::Dials(std::vector<Dial> dials) : dials_(std::move(dials)) {
  for (const Dial& dial : dials_) began_.push_back(dial.at);
}

std::vector<Cell> Dials::cells() const {
  std::vector<Cell> cells;
  for (const Dial& dial : dials_)
    for (size_t i = 0; i < dial.columns.size(); ++i) {
      const Value& value = dial.options[dial.at][i];
      const auto known = std::find_if(cells.begin(), cells.end(),
                                      [&](const Cell& cell) { return cell.column == dial.columns[i]; });
      if (known != cells.end())
        known->value = value;
      else
        cells.push_back({dial.columns[i], value});
    }
  return cells;
}

bool Dials::hidden(size_t dial) const {
  return std::all_of(dials_[dial].columns.begin(), dials_[dial].columns.end(), [&](const std::string& name) {
    return std::any_of(
        dials_.begin() + static_cast<std::ptrdiff_t>(dial) + 1, dials_.end(), [&](const Dial& later) {
          return std::find(later.columns.begin(), later.columns.end(), name) != later.columns.end();
        });
  });
}

Dials::Ways Dials::ways_of(const std::vector<std::string>& columns) const {
  Ways ways;
  for (size_t d = 0; d < dials_.size(); ++d) {
    const bool meant =
        std::any_of(dials_[d].columns.begin(), dials_[d].columns.end(), [&](const std::string& name) {
          return std::find(columns.begin(), columns.end(), name) != columns.end();
        });
    if (meant && dials_[d].options.size() > 1 && !hidden(d)) ways.dials.push_back(d);
  }
  // By how many steps all of them are away from where they began, in turn; of more than a few columns, not
  // all.
  std::vector<std::vector<size_t>> steps = {{}};
  for (const size_t d : ways.dials) {
    std::vector<std::vector<size_t>> longer;
    for (const auto& step : steps)
      for (size_t i = 0; i < dials_[d].options.size(); ++i) {
        longer.push_back(step);
        longer.back().push_back(i);
      }
    std::stable_sort(longer.begin(), longer.end(), [](const auto& a, const auto& b) {
      return std::accumulate(a.begin(), a.end(), size_t{0}) < std::accumulate(b.begin(), b.end(), size_t{0});
    });
    if (longer.size() > kMostCombinations) longer.resize(kMostCombinations);
    steps = std::move(longer);
  }
  ways.combinations = std::move(steps);
  ways.next = 1;  // the first one is how it began
  return ways;
}

bool Dials::turn(const std::string& why, const std::vector<std::string>& columns) {
  const auto [found, fresh] = ways_.try_emplace(why);
  if (fresh) found->second = ways_of(columns);
  Ways& ways = found->second;
  if (ways.dials.empty() || ways.next >= ways.combinations.size()) return false;
  const std::vector<size_t>& steps = ways.combinations[ways.next++];
  for (size_t i = 0; i < steps.size(); ++i) {
    const size_t d = ways.dials[i];
    dials_[d].at = (began_[d] + steps[i]) % dials_[d].options.size();
  }
  return true;
}

bool Dials::turn_one_of_all() {
  size_t skipped = probed_++;
  for (size_t d = 0; d < dials_.size(); ++d) dials_[d].at = began_[d];
  for (size_t step = 1;; ++step) {
    bool any = false;
    for (size_t d = 0; d < dials_.size(); ++d) {
      if (step >= dials_[d].options.size()) continue;
      any = true;
      if (skipped-- > 0) continue;
      dials_[d].at = (began_[d] + step) % dials_[d].options.size();
      return true;
    }
    if (!any) return false;
  }
}

}  // namespace windlass::populate
