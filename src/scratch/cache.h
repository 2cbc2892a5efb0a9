// The user's cache folder: what windlass may keep between runs.
//
// Invariants: it belongs to whoever calls and is closed to everybody else
// (0700). What is found in it decides which bytes a server starts from, so a
// folder that someone else owns or may write into is refused, never used.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"

namespace windlass::scratch {

/// $WINDLASS_CACHE, else $XDG_CACHE_HOME/windlass, else $HOME/.cache/windlass
/// (HOME from the system's user list when unset). Empty when there is no home.
std::filesystem::path cache_root(const std::vector<std::string>& environment);

enum class CacheState { Usable, CannotBeMade };

/// Makes the folder when it is missing. CannotBeMade where this user can have
/// none (read-only home, no home): work goes on without a cache. An error when
/// it exists and is not safe to use.
base::Result<CacheState> open_cache(const std::filesystem::path& root);

}  // namespace windlass::scratch
