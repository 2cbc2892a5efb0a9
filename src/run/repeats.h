// What differs from run to run in the scenario `repeat`: the hash seed, and the day.
#pragma once

#include <string>
#include <vector>

#include "run/environment.h"

namespace windlass::run {

/// The variables of each run, beyond the project's own. PYTHONHASHSEED and TZ stay where the project sets
/// them; runs that would be alike are one. It is never the same day in all three time zones.
std::vector<Variables> repeats(const EnvironmentSources& environment);

/// "hash seed 2, time zone Etc/GMT+12"; empty for no variables.
std::string in_words(const Variables& variables);

}  // namespace windlass::run
