#include "cli/chance.h"

namespace windlass::cli {

std::optional<std::set<catalog::Object>> look_for_chance(const run::CheckSettings& settings,
                                                         const drift::Timeline& timeline) {
  run::CheckSettings without_cache = settings;
  without_cache.reuse = false;
  without_cache.keep = {};
  const auto again = run::run_check(without_cache, {});
  if (!again || !run::succeeded(again->evidence) || !again->evidence.after_read) return std::nullopt;
  return drift::made_by_chance(timeline, drift::timeline_of(again->evidence));
}

}  // namespace windlass::cli
