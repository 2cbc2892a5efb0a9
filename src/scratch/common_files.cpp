#include "scratch/common_files.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <vector>

#include "base/file.h"
#include "base/unique_fd.h"

namespace windlass::scratch {

namespace {

namespace fs = std::filesystem;

tl::unexpected<base::Error> failed(const char* attempted, const fs::path& on, int code) {
  return base::fail({attempted, on.string(), base::system_error_text(code), "", base::Exit::CouldNotLook});
}

/// Links every file of `from` into `to`; 0 or an errno value.
int link_all(const fs::path& from, const fs::path& to) {
  const base::UniqueFd source(::open(from.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  const base::UniqueFd target(::open(to.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!source || !target) return errno;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(from, code)) {
    const std::string name = entry.path().filename().string();
    // Made by each server for itself.
    if (name == "pg_internal.init") continue;
    if (::linkat(source.get(), name.c_str(), target.get(), name.c_str(), 0) != 0) return errno;
  }
  return code.value();
}

/// Puts a copy of the file in its place; 0 or an errno value.
int replace_by_copy(int folder, const char* name, const struct stat& info) {
  constexpr char kCopy[] = "windlass.copy";
  const base::UniqueFd from(::openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!from) return errno;
  const base::UniqueFd to(
      ::openat(folder, kCopy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, info.st_mode & 0777));
  if (!to) return errno;
  for (off_t left = info.st_size; left > 0;) {
    const ssize_t n = ::sendfile(to.get(), from.get(), nullptr, static_cast<size_t>(left));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    if (n == 0) return EIO;
    left -= n;
  }
  const bool given = ::geteuid() == info.st_uid || ::fchown(to.get(), info.st_uid, info.st_gid) == 0;
  if (!given || ::renameat(folder, kCopy, folder, name) != 0) return errno;
  return 0;
}

fs::path folder_of(const fs::path& data, const std::string& oid) { return data / "base" / oid; }

}  // namespace

bool CommonFiles::hold(const std::string& oid, const fs::path& data) {
  const std::lock_guard lock(mutex_);
  const auto [place, is_new] = held_.emplace(oid, false);
  if (!is_new) return place->second;
  const fs::path to = folder_ / oid;
  place->second = ::mkdir(to.c_str(), 0700) == 0 && link_all(folder_of(data, oid), to) == 0;
  return place->second;
}

base::Result<void> CommonFiles::link(const std::string& oid, const fs::path& data) const {
  const fs::path to = folder_of(data, oid);
  if (const int code = link_all(folder_ / oid, to); code != 0)
    return failed("link the files of a database", to, code);
  return {};
}

base::Result<void> make_own(const std::string& oid, const fs::path& data) {
  const fs::path path = folder_of(data, oid);
  const base::UniqueFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!folder) return failed("copy the files of a database", path, errno);
  std::error_code code;
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(path, code)) names.push_back(entry.path().filename());
  if (code) return failed("copy the files of a database", path, code.value());
  for (const std::string& name : names) {
    struct stat info {};
    if (::fstatat(folder.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0)
      return failed("copy the files of a database", path / name, errno);
    if (!S_ISREG(info.st_mode) || info.st_nlink == 1) continue;
    if (const int error = replace_by_copy(folder.get(), name.c_str(), info); error != 0)
      return failed("copy the files of a database", path / name, error);
  }
  return {};
}

}  // namespace windlass::scratch
