#include "run/kept_files.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/file.h"

namespace windlass::run {

namespace fs = std::filesystem;

namespace {

/// As many chains as this are kept.
constexpr size_t kMostChains = 32;

}  // namespace

fs::path path_of(const std::string& file, const fs::path& project) {
  return file.starts_with('/') ? fs::path(file) : project / file;
}

std::string digest_of_file(const fs::path& path) {
  const auto bytes = base::read_file(path);
  return bytes ? base::sha256(*bytes) : std::string();
}

std::string stamp_of_file(const fs::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return {};
  return fmt::format("{} {}", info.st_size,
                     static_cast<long long>(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec);
}

bool changed_since(const fs::path& path, const timespec& moment) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return true;
  return std::pair(info.st_ctim.tv_sec, info.st_ctim.tv_nsec) >= std::pair(moment.tv_sec, moment.tv_nsec);
}

void drop_oldest_files(const fs::path& folder) {
  std::vector<std::pair<fs::file_time_type, fs::path>> files;
  std::error_code code;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, code))
    files.emplace_back(entry.last_write_time(code), entry.path());
  if (files.size() <= kMostChains) return;
  std::sort(files.begin(), files.end());
  for (size_t i = 0; i + kMostChains < files.size(); ++i) fs::remove(files[i].second, code);
}

}  // namespace windlass::run
