#include "scratch/pack.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "base/unique_fd.h"

namespace windlass::scratch {

namespace {

namespace fs = std::filesystem;
using base::UniqueFd;

constexpr char kMagic[] = "windlass-pack-2\n";
constexpr size_t kMagicSize = sizeof kMagic - 1;
constexpr size_t kHeaderSize = kMagicSize + 16;
constexpr size_t kBufferSize = size_t{256} << 10;

struct Header {
  uint64_t total = 0, index = 0;
};

tl::unexpected<base::Error> failed(const char* attempted, const fs::path& on, int code) {
  return base::fail({attempted, on.string(), base::system_error_text(code),
                     code == ENOSPC ? "Free some space there." : "", base::Exit::CouldNotLook});
}

bool write_all(int fd, const char* bytes, size_t size) {
  while (size > 0) {
    const ssize_t n = ::write(fd, bytes, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    bytes += n;
    size -= static_cast<size_t>(n);
  }
  return true;
}

std::optional<Header> read_header(int fd) {
  char bytes[kHeaderSize];
  if (::pread(fd, bytes, sizeof bytes, 0) != static_cast<ssize_t>(sizeof bytes)) return std::nullopt;
  if (std::memcmp(bytes, kMagic, kMagicSize) != 0) return std::nullopt;
  Header header;
  std::memcpy(&header.total, bytes + kMagicSize, 8);
  std::memcpy(&header.index, bytes + kMagicSize + 8, 8);
  struct stat info {};
  if (::fstat(fd, &info) != 0 || static_cast<uint64_t>(info.st_size) != header.total) return std::nullopt;
  if (header.total < kHeaderSize || header.index > header.total - kHeaderSize) return std::nullopt;
  return header;
}

/// Reads a file from one end to the other through one buffer.
class Reader {
 public:
  Reader(int fd, off_t at) : fd_(fd), at_(at), buffer_(kBufferSize) {}
  /// Copies the next `size` bytes to `to`; 0 or an errno value (EIO: the file ended).
  int copy(size_t size, int to) {
    while (size > 0) {
      if (from_ == end_) {
        const ssize_t n = ::pread(fd_, buffer_.data(), buffer_.size(), at_);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno;
        if (n == 0) return EIO;
        at_ += n;
        from_ = 0;
        end_ = static_cast<size_t>(n);
      }
      const size_t part = std::min(size, end_ - from_);
      if (!write_all(to, buffer_.data() + from_, part)) return errno;
      from_ += part;
      size -= part;
    }
    return 0;
  }

 private:
  int fd_;
  off_t at_;
  std::vector<char> buffer_;
  size_t from_ = 0, end_ = 0;
};

bool take_number(std::string_view& text, uint64_t& value) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end == text.data() + text.size() || *end != ' ') return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()) + 1);
  return true;
}

/// Relative, and never upwards.
bool safe_path(std::string_view path) {
  if (path.empty() || path[0] == '/') return false;
  for (const std::string& part : base::split(path, '/'))
    if (part.empty() || part == "." || part == "..") return false;
  return true;
}

}  // namespace

base::Result<void> write_pack(const fs::path& from, const fs::path& to, const PackRules& rules) {
  struct Entry {
    bool later = false;
    std::string path;
    bool folder = false;
    auto operator<=>(const Entry&) const = default;
  };
  std::vector<Entry> entries;
  std::error_code code;
  for (auto it = fs::recursive_directory_iterator(from, code);
       !code && it != fs::recursive_directory_iterator(); it.increment(code)) {
    const std::string path = it->path().lexically_relative(from).generic_string();
    const auto type = it->symlink_status(code).type();
    if (code) break;
    const bool folder = type == fs::file_type::directory;
    if (rules.leave_out(path) || base::contains(path, "\n")) {
      if (folder) it.disable_recursion_pending();
    } else if (folder || type == fs::file_type::regular) {
      // Folders are there when the server looks into them: it meets none that is not yet its owner's.
      entries.push_back({!folder && rules.later(path), path, folder});
    }
  }
  if (code) return failed("pack a folder", from, code.value());
  std::sort(entries.begin(), entries.end());  // a folder comes before what is in it

  std::string index, contents;
  bool first = true;
  for (const auto& [later, path, folder] : entries) {
    if (later && first) index += "-\n";
    first = first && !later;
    if (folder) {
      index += fmt::format("d {}\n", path);
      continue;
    }
    const std::string bytes = WINDLASS_TRY(base::read_file(from / path));
    const size_t last = bytes.find_last_not_of('\0');
    const size_t stored = last == std::string::npos ? 0 : last + 1;
    index += fmt::format("f {} {} {}\n", bytes.size(), stored, path);
    contents.append(bytes, 0, stored);
  }
  const uint64_t numbers[2] = {kHeaderSize + index.size() + contents.size(), index.size()};
  UniqueFd fd(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) return failed("write a pack", to, errno);
  if (!write_all(fd.get(), kMagic, kMagicSize) ||
      !write_all(fd.get(), reinterpret_cast<const char*>(numbers), sizeof numbers) ||
      !write_all(fd.get(), index.data(), index.size()) ||
      !write_all(fd.get(), contents.data(), contents.size()) || ::fsync(fd.get()) != 0) {
    const int error = errno;
    ::unlink(to.c_str());
    return failed("write a pack", to, error);
  }
  return {};
}

bool is_pack(int fd) { return read_header(fd).has_value(); }

base::Result<void> unpack(int fd, const fs::path& to, const std::optional<base::SystemUser>& owner,
                          const std::function<base::Result<void>()>& between) {
  const auto header = read_header(fd);
  std::string index(header ? header->index : 0, '\0');
  if (!header || ::pread(fd, index.data(), index.size(), kHeaderSize) != static_cast<ssize_t>(index.size()))
    return failed("unpack a data folder", to, EBADMSG);
  const auto give = [&](int file) { return !owner || ::fchown(file, owner->uid, owner->gid) == 0; };

  if (::mkdir(to.c_str(), 0700) != 0) return failed("unpack a data folder", to, errno);
  UniqueFd root(::open(to.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!root || !give(root.get())) return failed("unpack a data folder", to, errno);
  Reader reader(fd, static_cast<off_t>(kHeaderSize + header->index));
  std::string path;
  bool called = false;
  std::string_view rest = index;
  while (!rest.empty()) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line == "-") {
      if (called) return failed("unpack a data folder", to, EBADMSG);
      called = true;
      WINDLASS_CHECK(between());
      continue;
    }
    const bool folder = line.starts_with("d ");
    uint64_t size = 0, stored = 0;
    const bool known = folder || line.starts_with("f ");
    line.remove_prefix(std::min<size_t>(line.size(), 2));
    if (!known || (!folder && (!take_number(line, size) || !take_number(line, stored))) || !safe_path(line))
      return failed("unpack a data folder", to, EBADMSG);
    path.assign(line);
    if (folder) {
      if (::mkdirat(root.get(), path.c_str(), 0700) != 0 ||
          (owner && ::fchownat(root.get(), path.c_str(), owner->uid, owner->gid, AT_SYMLINK_NOFOLLOW) != 0))
        return failed("unpack a data folder", to / path, errno);
      continue;
    }
    UniqueFd file(
        ::openat(root.get(), path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file || !give(file.get())) return failed("unpack a data folder", to / path, errno);
    if (const int code = reader.copy(stored, file.get()); code != 0)
      return failed("unpack a data folder", to / path, code);
    if (size != stored && ::ftruncate(file.get(), static_cast<off_t>(size)) != 0)
      return failed("unpack a data folder", to / path, errno);
  }
  if (!called) WINDLASS_CHECK(between());
  return {};
}

}  // namespace windlass::scratch
