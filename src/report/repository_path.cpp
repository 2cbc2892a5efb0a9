#include "report/repository_path.h"

#include <fmt/core.h>

#include <filesystem>

namespace windlass::report {

std::string in_repository(const std::string& file, const CheckReport& report) {
  const std::filesystem::path path(file);
  if (path.is_absolute())
    return report.git_root.empty() || !file.starts_with(report.git_root + "/")
               ? ""
               : file.substr(report.git_root.size() + 1);
  const std::string from_root =
      (std::filesystem::path(report.from_git_root) / path).lexically_normal().generic_string();
  return from_root == ".." || from_root.starts_with("../") ? "" : from_root;
}

std::string relative_uri(const std::string& path) {
  std::string uri;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return uri;
}

}  // namespace windlass::report
