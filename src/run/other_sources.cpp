#include "run/other_sources.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

#include "base/file.h"

namespace windlass::run {

namespace {

namespace fs = std::filesystem;

constexpr size_t kMostFiles = 2000;
constexpr size_t kMostEntries = 50'000;
constexpr uintmax_t kLargest = uintmax_t{1} << 20;

bool passed_over(const fs::path& folder) {
  static constexpr std::array<std::string_view, 8> kNames = {
      "node_modules", "venv", "site-packages", "__pycache__", "test", "tests", "build", "dist"};
  const std::string name = folder.filename().string();
  std::error_code code;
  return name.starts_with('.') || std::find(kNames.begin(), kNames.end(), name) != kNames.end() ||
         fs::exists(folder / "pyvenv.cfg", code);
}

}  // namespace

std::vector<std::string> other_sources(const fs::path& project, const std::set<std::string>& chain) {
  std::vector<std::string> found;
  std::error_code code;
  size_t seen = 0;
  const fs::path repository = base::repository_root(project);
  fs::recursive_directory_iterator at(repository.empty() ? project : repository,
                                      fs::directory_options::skip_permission_denied, code);
  for (; !code && at != fs::recursive_directory_iterator(); at.increment(code)) {
    if (++seen > kMostEntries || found.size() == kMostFiles) break;
    std::error_code ignored;
    if (at->is_directory(ignored)) {
      if (passed_over(at->path())) at.disable_recursion_pending();
      continue;
    }
    const std::string extension = at->path().extension().string();
    if ((extension != ".sql" && extension != ".py") || !at->is_regular_file(ignored) ||
        at->file_size(ignored) > kLargest)
      continue;
    std::string name = at->path().lexically_relative(project).string();
    if (!name.empty() && !chain.contains(name)) found.push_back(std::move(name));
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace windlass::run
