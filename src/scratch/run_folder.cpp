#include "scratch/run_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <ctime>

#include "base/file.h"
#include "base/text.h"
#include "scratch/binaries.h"
#include "scratch/closed_folder.h"

namespace windlass::scratch {

namespace {

namespace fs = std::filesystem;
using base::UniqueFd;

constexpr std::string_view kPrefix = "windlass-";
constexpr std::string_view kUnfinished = ".windlass-";  // made, not yet locked and named
constexpr size_t kRoomWanted = size_t{200} << 20;
constexpr time_t kUnfinishedAge = 600;

/// Ends a server whose run is dead. pidfd: the number cannot come to mean another process meanwhile.
void end_server(const fs::path& data) {
  const auto pid = server_of(data);
  if (!pid) return;
  UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, *pid, 0)));
  if (!process || server_of(data) != pid) return;
  for (const int number : {SIGQUIT, SIGKILL}) {
    ::syscall(SYS_pidfd_send_signal, process.get(), number, nullptr, 0);
    pollfd ended{process.get(), POLLIN, 0};
    if (::poll(&ended, 1, 6000) > 0) return;
  }
}

/// Whether the folder was made by a run of this user (as root: also the server's user).
bool ours(const struct stat& info, uid_t server) {
  return S_ISDIR(info.st_mode) && (info.st_uid == ::geteuid() || info.st_uid == server) &&
         (info.st_mode & 0022) == 0;
}

/// Renames without replacing; plainly where the file system knows no such call (the name is random).
bool rename_new(const fs::path& from, const fs::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  return errno == EINVAL && ::rename(from.c_str(), to.c_str()) == 0;
}

bool sweep_one(const fs::path& folder) {
  UniqueFd lock(::open((folder / "lock").c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (!lock || ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) return false;
  struct stat info {};
  if (::fstat(lock.get(), &info) != 0 || info.st_nlink == 0) return false;
  std::error_code code;
  if (fs::exists(folder / "kept", code) && server_of(folder / "data")) return false;
  end_server(folder / "data");
  return base::remove_tree(folder).has_value();
}

}  // namespace

std::vector<fs::path> run_parents(const std::vector<std::string>& environment) {
  std::vector<fs::path> parents;
  if (::access("/dev/shm", W_OK | X_OK) == 0 && base::free_space("/dev/shm") >= kRoomWanted)
    parents.emplace_back("/dev/shm");
  const std::string tmp = base::environment_value(environment, "TMPDIR").value_or("");
  if (tmp.starts_with("/") && tmp != "/tmp") parents.emplace_back(tmp);
  parents.emplace_back("/tmp");
  return parents;
}

base::Result<RunFolder> RunFolder::make(const std::vector<fs::path>& parents, const base::SystemUser& owner) {
  base::Error last{"make a private folder", "", "there is no place for one", "", base::Exit::CouldNotLook};
  for (const fs::path& parent : parents) {
    constexpr std::string_view kLongest = "/windlass-XXXXXX/client/.s.PGSQL.5432.lock";
    if (parent.string().size() + kLongest.size() > sizeof(sockaddr_un::sun_path) - 1) {
      last.on = parent.string();
      last.got = fmt::format("the path is too long for a Unix socket in it (at most {} bytes)",
                             sizeof(sockaddr_un::sun_path) - 1);
      last.hint = "Set TMPDIR to a folder with a shorter path.";
      continue;
    }
    if (const fs::path closed = owner.uid == ::geteuid() ? fs::path() : closed_folder(parent, owner);
        !closed.empty()) {
      last.on = parent.string();
      last.got =
          fmt::format("user {}, as whom root runs the server, may not enter {}", owner.name, closed.string());
      last.hint = "Set TMPDIR to a folder that all may enter.";
      continue;
    }
    auto made = base::make_private_folder(parent, kUnfinished);
    if (!made) {
      last = made.error();
      last.hint = "Set TMPDIR to a folder that can be written.";
      continue;
    }
    RunFolder folder;
    folder.path_ = *made;
    folder.lock_.reset(::open((*made / "lock").c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    const fs::path final = parent / made->filename().string().substr(1);
    if (!folder.lock_ || ::flock(folder.lock_.get(), LOCK_EX | LOCK_NB) != 0 ||
        (owner.uid != ::geteuid() && ::chown(made->c_str(), owner.uid, owner.gid) != 0) ||
        !rename_new(*made, final)) {
      last.on = parent.string();
      last.got = base::system_error_text(errno);
      continue;
    }
    folder.path_ = final;
    return folder;
  }
  return base::fail(last);
}

base::Result<RunFolder> RunFolder::make() {
  return make(run_parents(base::current_environment()), base::current_system_user());
}

RunFolder::RunFolder(RunFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})), lock_(std::move(other.lock_)) {}

RunFolder& RunFolder::operator=(RunFolder&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_, other.lock_);
  return *this;
}

RunFolder::~RunFolder() { remove(); }

void RunFolder::keep() {
  if (path_.empty()) return;
  UniqueFd(::open((path_ / "kept").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  path_.clear();
  lock_.reset();
}

void RunFolder::remove() {
  if (path_.empty()) return;
  // The lock is held until nothing is left to be swept.
  base::remove_tree(path_);
  path_.clear();
  lock_.reset();
}

std::optional<pid_t> server_of(const fs::path& data) {
  const auto text = base::read_file(data / "postmaster.pid", 4096);
  if (!text) return std::nullopt;
  pid_t pid = 0;
  std::from_chars(text->data(), text->data() + text->size(), pid);
  if (pid <= 1) return std::nullopt;
  // A pid file survives its server, and the number may be another's by now: the process itself must name this
  // folder.
  const auto command = base::read_file(fmt::format("/proc/{}/cmdline", pid), 65536);
  const std::string marker = fmt::format("{}-D{}{}{}", '\0', '\0', data.string(), '\0');
  if (!command || !base::contains(*command, marker)) return std::nullopt;
  return pid;
}

int sweep(const std::vector<fs::path>& parents) {
  uid_t server = ::geteuid();
  if (const auto user = server_user()) server = user->uid;
  int removed = 0;
  for (const fs::path& parent : parents) {
    DIR* listing = ::opendir(parent.c_str());
    if (listing == nullptr) continue;
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(listing))
      if (const std::string_view name = entry->d_name;
          name.starts_with(kPrefix) || name.starts_with(kUnfinished))
        names.emplace_back(name);
    ::closedir(listing);
    for (const std::string& name : names) {
      struct stat info {};
      const fs::path folder = parent / name;
      if (::lstat(folder.c_str(), &info) != 0 || !ours(info, server)) continue;
      if (name.starts_with(kPrefix)) {
        removed += sweep_one(folder) ? 1 : 0;
      } else if (::time(nullptr) - info.st_mtime > kUnfinishedAge) {
        removed += base::remove_tree(folder).has_value() ? 1 : 0;
      }
    }
  }
  return removed;
}

}  // namespace windlass::scratch
