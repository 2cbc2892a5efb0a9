#include "scratch/cache.h"

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/process.h"

namespace windlass::scratch {

namespace {

namespace fs = std::filesystem;

base::Error refused(const fs::path& root, std::string got, std::string hint) {
  return {"use the cache folder", root.string(), std::move(got), std::move(hint), base::Exit::CouldNotLook};
}

std::string user_name(uid_t uid) {
  const auto user = base::find_system_user(uid);
  return user ? user->name : fmt::format("user {}", uid);
}

}  // namespace

fs::path cache_root(const std::vector<std::string>& environment) {
  const auto value = [&](const char* name) {
    return base::environment_value(environment, name).value_or("");
  };
  if (const std::string own = value("WINDLASS_CACHE"); !own.empty()) return own;
  // The XDG specification: a relative path is to be ignored.
  if (const std::string xdg = value("XDG_CACHE_HOME"); xdg.starts_with("/"))
    return fs::path(xdg) / "windlass";
  std::string home = value("HOME");
  if (home.empty()) home = base::current_system_user().home.string();
  return home.empty() ? fs::path() : fs::path(home) / ".cache" / "windlass";
}

base::Result<CacheState> open_cache(const fs::path& root) {
  if (root.empty()) return CacheState::CannotBeMade;
  struct stat info {};
  if (::stat(root.c_str(), &info) != 0) {
    std::error_code code;
    if (root.has_parent_path()) fs::create_directories(root.parent_path(), code);
    if (::mkdir(root.c_str(), 0700) != 0 && errno != EEXIST) return CacheState::CannotBeMade;
    if (::stat(root.c_str(), &info) != 0) return CacheState::CannotBeMade;
  }
  const std::string other = "Set WINDLASS_CACHE to a folder of your own.";
  if (!S_ISDIR(info.st_mode)) return base::fail(refused(root, "it is not a folder", other));
  if (info.st_uid != ::geteuid())
    return base::fail(refused(
        root, fmt::format("it belongs to {}, not to {}", user_name(info.st_uid), user_name(::geteuid())),
        other));
  if ((info.st_mode & 077) != 0)
    return base::fail(
        refused(root, fmt::format("others may enter it (mode {:04o}, not 0700)", info.st_mode & 07777),
                fmt::format("Close it with `chmod 700 {}`, or remove it.", root.string())));
  return ::access(root.c_str(), W_OK | X_OK) == 0 ? CacheState::Usable : CacheState::CannotBeMade;
}

}  // namespace windlass::scratch
