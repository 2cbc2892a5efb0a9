#include "base/file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/digest.h"
#include "base/unique_fd.h"

namespace windlass::base {

namespace {

tl::unexpected<Error> file_error(std::string attempted, const std::filesystem::path& path, int code,
                                 std::string hint = {}) {
  return fail(
      {std::move(attempted), path.string(), system_error_text(code), std::move(hint), Exit::CouldNotLook});
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, size_t limit) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return file_error("read a file", path, errno);
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return file_error("read a file", path, errno);
  if (S_ISDIR(info.st_mode)) return file_error("read a file", path, EISDIR);
  std::string bytes;
  if (info.st_size > 0) bytes.reserve(static_cast<size_t>(info.st_size) + 1);
  char buffer[65536];
  while (true) {
    const ssize_t n = ::read(fd.get(), buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return file_error("read a file", path, errno);
    if (n == 0) break;
    bytes.append(buffer, static_cast<size_t>(n));
    if (bytes.size() > limit)
      return fail({"read a file", path.string(), fmt::format("it is larger than {} bytes", limit), "",
                   Exit::CouldNotLook});
  }
  return bytes;
}

namespace {

/// errno, or 0.
int write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return 0;
}

std::string hint_for(int code) { return code == ENOSPC ? "Free some space on this disk." : ""; }

}  // namespace

Result<void> write_file(const std::filesystem::path& path, std::string_view bytes, int mode) {
  struct stat there {};
  const bool exists = ::stat(path.c_str(), &there) == 0;
  if (exists && !S_ISREG(there.st_mode) && !S_ISDIR(there.st_mode)) {
    // A device or a pipe is written to: root could put a file in its place.
    const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
    const int code = fd ? write_all(fd.get(), bytes) : errno;
    if (code != 0) return file_error("write a file", path, code, hint_for(code));
    return {};
  }
  std::error_code unresolved;
  std::filesystem::path target = exists ? std::filesystem::canonical(path, unresolved) : path;
  if (unresolved) target = path;
  const std::filesystem::path temporary = target.string() + "." + random_hex(6) + ".tmp";
  const UniqueFd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!fd) return file_error("write a file", path, errno);
  int code = write_all(fd.get(), bytes);
  if (code == 0 && exists && ::fchmod(fd.get(), there.st_mode & 07777) != 0) code = errno;
  if (code != 0) {
    ::unlink(temporary.c_str());
    return file_error("write a file", path, code, hint_for(code));
  }
  if (::rename(temporary.c_str(), target.c_str()) != 0) {
    code = errno;
    ::unlink(temporary.c_str());
    return file_error("put a file into place", path, code);
  }
  return {};
}

Result<std::filesystem::path> make_private_folder(const std::filesystem::path& parent,
                                                  std::string_view prefix) {
  std::string name = (parent / (std::string(prefix) + "XXXXXX")).string();
  if (::mkdtemp(name.data()) == nullptr) return file_error("make a private folder", parent, errno);
  return std::filesystem::path(name);
}

Result<void> remove_tree(const std::filesystem::path& path) {
  std::error_code code;
  std::filesystem::remove_all(path, code);
  if (code && code != std::errc::no_such_file_or_directory)
    return file_error("remove a folder", path, code.value());
  return {};
}

std::string relative_to(const std::filesystem::path& path, const std::filesystem::path& root) {
  const std::filesystem::path whole = path.lexically_normal();
  const std::filesystem::path relative = whole.lexically_relative(root.lexically_normal());
  if (relative.empty() || *relative.begin() == "..") return whole.generic_string();
  return relative.generic_string();
}

std::filesystem::path repository_root(const std::filesystem::path& folder) {
  std::error_code ignored;
  for (std::filesystem::path at = folder; !at.empty(); at = at.parent_path()) {
    if (std::filesystem::exists(at / ".git", ignored)) return at;
    if (at == at.parent_path()) break;
  }
  return {};
}

size_t free_space(const std::filesystem::path& path) {
  struct statvfs info {};
  if (::statvfs(path.c_str(), &info) != 0) return 0;
  return static_cast<size_t>(info.f_bavail) * info.f_frsize;
}

}  // namespace windlass::base
