// Where the lock of a chain is, and reading it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "lock/lock.h"
#include "run/project.h"

namespace windlass::cli {

/// "windlass.lock" beside the chain's configuration; of another section of alembic.ini than the tool's own,
/// "windlass.SECTION.lock".
std::filesystem::path lock_path(const run::Project& project);

struct LockFile {
  std::string text;
  lock::Lock lock;
};
/// Nothing where there is none. An error says what is wrong with it; it names the file relative to `project`.
base::Result<std::optional<LockFile>> read_lock(const std::filesystem::path& file,
                                                const std::filesystem::path& project);

/// Files of the lock's inputs that are not what they were.
std::vector<std::string> changed_inputs(const lock::Lock& lock, const std::filesystem::path& project);

}  // namespace windlass::cli
