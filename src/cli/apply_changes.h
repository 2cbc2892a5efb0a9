// Changing the user's files: all of them, or none.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "fix/fixed.h"

namespace windlass::cli {

/// Those of `files` (relative to `project`) that have changes which are not committed, or that git does not
/// know; nullopt where the project lies in no git repository. An error where git cannot be asked.
base::Result<std::optional<std::vector<std::string>>> uncommitted(const std::filesystem::path& project,
                                                                  const std::vector<std::string>& files);

/// Writes what becomes of the files, each by way of a file beside it that takes its place. First every file
/// must be as `before` says, no link, and one that may be written: otherwise nothing is changed. Where one
/// cannot be replaced, those that were are put back.
base::Result<void> apply_changes(const std::filesystem::path& project,
                                 const std::vector<fix::FileChange>& changes);

}  // namespace windlass::cli
