#include "run/project_copy.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>

#include "base/file.h"

namespace windlass::run {

namespace fs = std::filesystem;

namespace {

constexpr size_t kMostBytes = size_t{2} << 30, kMostFiles = 500'000, kLinkedFrom = size_t{8} << 20;

bool left_out(std::string_view name) {
  constexpr std::array<std::string_view, 10> kNames = {".git",        ".hg",  "__pycache__", "node_modules",
                                                       ".tox",        ".nox", ".mypy_cache", ".pytest_cache",
                                                       ".ruff_cache", ".eggs"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

/// A virtual environment, a cache (https://bford.info/cachedir/), what CMake built: made by a tool, large,
/// and no source.
bool is_made(const fs::path& folder) {
  constexpr std::array<std::string_view, 3> kMarks = {"pyvenv.cfg", "CACHEDIR.TAG", "CMakeCache.txt"};
  std::error_code code;
  return std::any_of(kMarks.begin(), kMarks.end(),
                     [&](std::string_view mark) { return fs::exists(folder / mark, code); });
}

base::Error copy_failed(const fs::path& from, std::string got, std::string hint = {}) {
  return {"copy the project, to try a mend on the copy", from.string(), std::move(got), std::move(hint),
          base::Exit::CouldNotLook};
}

struct Copier {
  size_t bytes = 0, files = 0;

  base::Result<void> folder(const fs::path& from, const fs::path& to) {
    std::error_code code;
    fs::create_directory(to, code);
    if (code) return base::fail(copy_failed(from, code.message()));
    for (const fs::directory_entry& entry : fs::directory_iterator(from, code)) {
      const fs::path name = entry.path().filename();
      if (left_out(name.string())) continue;
      if (++files > kMostFiles)
        return base::fail(copy_failed(from, fmt::format("there are more than {} files", kMostFiles),
                                      "Run it on the folder of the chain, outside of a larger repository."));
      WINDLASS_CHECK(one(entry, to / name));
    }
    if (code) return base::fail(copy_failed(from, code.message()));
    return {};
  }

  base::Result<void> one(const fs::directory_entry& entry, const fs::path& to) {
    std::error_code code;
    const fs::path& from = entry.path();
    if (entry.is_symlink(code)) {
      fs::copy_symlink(from, to, code);
    } else if (entry.is_directory(code)) {
      if (is_made(from))
        fs::create_directory_symlink(from, to, code);
      else
        return folder(from, to);
    } else if (entry.is_regular_file(code)) {
      const size_t size = entry.file_size(code);
      if (size >= kLinkedFrom) {
        fs::create_symlink(from, to, code);
      } else {
        bytes += size;
        if (bytes > kMostBytes)
          return base::fail(
              copy_failed(from, "there is more than 2 GiB to copy",
                          "Run it on the folder of the chain, outside of a larger repository."));
        fs::copy_file(from, to, code);
        // What may not be read cannot be needed by whoever runs the chain as the same user.
        if (code == std::errc::permission_denied) code.clear();
      }
    }
    // Sockets, pipes and devices are nobody's sources.
    if (code) return base::fail(copy_failed(from, code.message()));
    return {};
  }
};

}  // namespace

base::Result<ProjectCopy> ProjectCopy::make(const fs::path& project, const fs::path& folder) {
  ProjectCopy copy;
  copy.original_root_ = base::repository_root(project);
  if (copy.original_root_.empty()) copy.original_root_ = project;
  // The folder's name may be the database's.
  const fs::path name = copy.original_root_.filename();
  copy.root_ = folder / (name.empty() ? fs::path("project") : name);
  Copier copier;
  WINDLASS_CHECK(copier.folder(copy.original_root_, copy.root_));
  copy.project_ = copy.in_copy(project);
  return copy;
}

fs::path ProjectCopy::in_copy(const fs::path& original) const {
  const fs::path inside = original.lexically_normal().lexically_relative(original_root_);
  if (inside.empty() || *inside.begin() == "..") return original;
  return (root_ / inside).lexically_normal();
}

base::Result<void> ProjectCopy::write(const std::string& file, std::string_view bytes) {
  const fs::path path = project_ / file;
  if (!reached_without_links(project_, file))
    return base::fail(copy_failed(file, "it is reached by way of a link, or lies outside of the project"));
  std::error_code code;
  fs::create_directories(path.parent_path(), code);
  WINDLASS_CHECK(base::write_file(path, bytes));
  fs::last_write_time(path, fs::file_time_type::clock::now() + std::chrono::seconds(++written_), code);
  return {};
}

base::Result<void> ProjectCopy::remove(const std::string& file) {
  if (!reached_without_links(project_, file))
    return base::fail(copy_failed(file, "it is reached by way of a link, or lies outside of the project"));
  std::error_code code;
  fs::remove(project_ / file, code);
  if (code) return base::fail(copy_failed(file, code.message()));
  return {};
}

bool reached_without_links(const fs::path& project, const std::string& file) {
  const fs::path relative = fs::path(file).lexically_normal();
  if (relative.is_absolute() || relative.empty() || *relative.begin() == "..") return false;
  std::error_code code;
  fs::path at = project;
  for (const fs::path& part : relative) {
    at /= part;
    if (fs::is_symlink(at, code)) return false;
  }
  return true;
}

}  // namespace windlass::run
