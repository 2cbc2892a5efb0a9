// Files and folders.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace windlass::base {

/// The whole file. `limit` bytes at most (an error names the size beyond it).
Result<std::string> read_file(const std::filesystem::path& path, size_t limit = size_t{256} << 20);

/// Writes through a temporary file beside `path` and renames it into place,
/// so that a reader or a crash never sees half of it. A link is followed, a file that is replaced keeps its
/// mode (`mode` is for a new one); a device or a pipe is written to as it is.
Result<void> write_file(const std::filesystem::path& path, std::string_view bytes, int mode = 0644);

/// A fresh folder of mode 0700 named `prefix`XXXXXX inside `parent`.
Result<std::filesystem::path> make_private_folder(const std::filesystem::path& parent,
                                                  std::string_view prefix);

/// Removes a tree, never following links out of it; missing is success.
Result<void> remove_tree(const std::filesystem::path& path);

/// `path` as seen from `root`, with '/'; absolute when it lies outside.
std::string relative_to(const std::filesystem::path& path, const std::filesystem::path& root);

/// The root of the git repository that `folder` (absolute) lies in: the nearest folder upwards with a .git;
/// empty when there is none.
std::filesystem::path repository_root(const std::filesystem::path& folder);

/// Bytes free for an unprivileged user on the file system of `path`; 0 when it cannot be asked.
size_t free_space(const std::filesystem::path& path);

}  // namespace windlass::base
