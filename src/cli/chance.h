// What a chain leaves to chance, seen by running it once more.
#pragma once

#include <optional>
#include <set>

#include "drift/timeline.h"
#include "run/check.h"

namespace windlass::cli {

/// The objects that another run of the chain makes otherwise than the one that `timeline` is of; nothing
/// where it could not be seen. `settings`: how that one was run.
std::optional<std::set<catalog::Object>> look_for_chance(const run::CheckSettings& settings,
                                                         const drift::Timeline& timeline);

}  // namespace windlass::cli
