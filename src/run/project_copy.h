// A copy of a project, on which a mend is tried before anybody sees it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace windlass::run {

class ProjectCopy {
 public:
  /// Copies `project` into `folder` (which is the caller's to remove): the git repository that it lies in, if
  /// it lies in one, since code beside it may be imported. Left out: .git, caches, node_modules. Virtual
  /// environments, folders that a tool made (CACHEDIR.TAG, CMakeCache.txt) and files above 8 MiB are links to
  /// the original; other links stay as they are. Fails where there is more than 2 GiB or 500,000 files to
  /// copy.
  static base::Result<ProjectCopy> make(const std::filesystem::path& project,
                                        const std::filesystem::path& folder);

  const std::filesystem::path& project() const { return project_; }
  /// Where a path of the original is in the copy; as it is, where it is not copied.
  std::filesystem::path in_copy(const std::filesystem::path& original) const;

  /// Writes a file of the copy. `file` is relative to the project. Fails where it, or a folder above it, is a
  /// link: that would lead out of the copy. Each time it is given a later time, a second at least: Python
  /// takes a compiled module for that of its source by the source's size and time in seconds
  /// (https://docs.python.org/3/reference/import.html#cached-bytecode-invalidation).
  base::Result<void> write(const std::string& file, std::string_view bytes);
  /// Takes a file out of the copy, where it is there. `file` as for write().
  base::Result<void> remove(const std::string& file);

 private:
  std::filesystem::path original_root_, root_, project_;
  int written_ = 0;
};

/// Whether `file` (relative to the project) is reached without any link, inside the project.
bool reached_without_links(const std::filesystem::path& project, const std::string& file);

}  // namespace windlass::run
