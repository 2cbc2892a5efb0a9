#include "run/isolation.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "base/file.h"
#include "base/text.h"

namespace windlass::run {

namespace {

/// What the maker process sends back: how far it came, with the descriptors when it came to the end.
struct Answer {
  int code = 0;   ///< errno, 0 on success
  int step = 0;   ///< index into kSteps
  int count = 0;  ///< descriptors sent along
};

const char* const kSteps[] = {"make namespaces",        "map the user",   "make the mounts private",
                              "hide a server's socket", "raise loopback", "listen on loopback",
                              "open the namespaces"};

int write_text(const char* path, const char* text) {
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  const ssize_t n = ::write(fd, text, std::strlen(text));
  const int code = n < 0 ? errno : 0;
  ::close(fd);
  return code;
}

int raise_loopback() {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  int code = ::ioctl(fd, SIOCGIFFLAGS, &request) != 0 ? errno : 0;
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
  if (code == 0 && ::ioctl(fd, SIOCSIFFLAGS, &request) != 0) code = errno;
  ::close(fd);
  return code;
}

int listen_on_loopback(int port, int& listener) {
  listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0) return errno;
  const int on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return errno;
  return ::listen(listener, 128) != 0 ? errno : 0;
}

void send_answer(int socket, Answer answer, const int* fds) {
  iovec data{&answer, sizeof answer};
  alignas(cmsghdr) char control[CMSG_SPACE(4 * sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  if (answer.count > 0) {
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(static_cast<size_t>(answer.count) * sizeof(int));
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(static_cast<size_t>(answer.count) * sizeof(int));
    std::memcpy(CMSG_DATA(header), fds, static_cast<size_t>(answer.count) * sizeof(int));
  }
  ::sendmsg(socket, &message, MSG_NOSIGNAL);
}

/// Runs in the forked maker: system calls only, texts prepared before.
Answer make_namespaces(const std::vector<std::string>& hidden, const char* uid_map, const char* gid_map,
                       int port, int* fds) {
  bool user_namespace = false;
  if (::unshare(CLONE_NEWNET | CLONE_NEWNS) != 0) {
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS) != 0) return {errno, 0};
    user_namespace = true;
    // An unprivileged process may write a group map only after giving up setgroups (user_namespaces(7)).
    if (const int code = write_text("/proc/self/setgroups", "deny"); code != 0) return {code, 1};
    if (const int code = write_text("/proc/self/uid_map", uid_map); code != 0) return {code, 1};
    if (const int code = write_text("/proc/self/gid_map", gid_map); code != 0) return {code, 1};
  }
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return {errno, 2};
  // The folder where distributions put their sockets; a server may start there while the run lasts.
  if (::access("/run/postgresql", F_OK) == 0 &&
      ::mount("windlass", "/run/postgresql", "tmpfs", MS_NOSUID | MS_NODEV, "size=4k,mode=0755") != 0)
    return {errno, 3};
  // A socket that has gone since it was listed, with the server that it belonged to, needs no hiding.
  for (const std::string& path : hidden)
    if (::mount("/dev/null", path.c_str(), nullptr, MS_BIND, nullptr) != 0 && errno != ENOENT)
      return {errno, 3};
  if (const int code = raise_loopback(); code != 0) return {code, 4};
  if (const int code = listen_on_loopback(port, fds[0]); code != 0) return {code, 5};
  fds[1] = ::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  fds[2] = ::open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
  if (fds[1] < 0 || fds[2] < 0) return {errno, 6};
  if (!user_namespace) return {0, 6, 3};
  fds[3] = ::open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC);
  if (fds[3] < 0) return {errno, 6};
  return {0, 6, 4};
}

bool receive_answer(int socket, Answer& answer, int* fds) {
  iovec data{&answer, sizeof answer};
  alignas(cmsghdr) char control[CMSG_SPACE(4 * sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t n = 0;
  do n = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  while (n < 0 && errno == EINTR);
  if (n != sizeof answer) return false;
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header != nullptr && header->cmsg_type == SCM_RIGHTS)
    std::memcpy(fds, CMSG_DATA(header), static_cast<size_t>(answer.count) * sizeof(int));
  return true;
}

}  // namespace

std::vector<std::string> postgres_sockets(std::string_view listing) {
  std::vector<std::string> paths;
  for (const std::string& line : base::split(listing, '\n')) {
    const size_t slash = line.find('/');
    if (slash == std::string::npos) continue;
    std::string path = line.substr(slash);
    const std::string_view last = std::string_view(path).substr(path.rfind('/') + 1);
    if (last.starts_with(".s.PGSQL.") && std::find(paths.begin(), paths.end(), path) == paths.end())
      paths.push_back(std::move(path));
  }
  return paths;
}

base::Result<NetworkRoom> NetworkRoom::make() {
  const auto refuse = [](std::string step, std::string got) {
    return base::fail(
        {fmt::format("close the project in ({})", step), "a network namespace of its own", std::move(got),
         "Run as root, or allow unprivileged user namespaces; or accept the two other nets with "
         "--no-isolation.",
         base::Exit::CouldNotLook});
  };
  std::vector<std::string> hidden;
  if (const auto listing = base::read_file("/proc/net/unix")) hidden = postgres_sockets(*listing);
  const std::string uid_map = fmt::format("{0} {0} 1", ::geteuid());
  const std::string gid_map = fmt::format("{0} {0} 1", ::getegid());

  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
    return refuse("make a socket pair", base::system_error_text(errno));
  base::UniqueFd ours(pair[0]), theirs(pair[1]);
  const pid_t maker = ::fork();
  if (maker < 0) return refuse("fork", base::system_error_text(errno));
  if (maker == 0) {
    int fds[4] = {-1, -1, -1, -1};
    send_answer(theirs.get(), make_namespaces(hidden, uid_map.c_str(), gid_map.c_str(), kPort, fds), fds);
    // Not by way of libc: the thread sanitizer takes the threads of the parent for leaked ones of this
    // process.
    ::syscall(SYS_exit_group, 0);
    ::_exit(0);
  }
  theirs.reset();
  Answer answer;
  int fds[4] = {-1, -1, -1, -1};
  const bool received = receive_answer(ours.get(), answer, fds);
  while (::waitpid(maker, nullptr, 0) < 0 && errno == EINTR) {
  }
  if (!received) return refuse("make namespaces", "the maker process ended without an answer");
  if (answer.code != 0) return refuse(kSteps[answer.step], base::system_error_text(answer.code));
  NetworkRoom room;
  room.listener_.reset(fds[0]);
  room.network_.reset(fds[1]);
  room.mounts_.reset(fds[2]);
  room.user_.reset(fds[3]);
  return room;
}

base::Result<base::UniqueFd> NetworkRoom::listener() const {
  base::UniqueFd copy(::fcntl(listener_.get(), F_DUPFD_CLOEXEC, 3));
  if (!copy)
    return base::fail({"listen on loopback", "the network namespace", base::system_error_text(errno), "",
                       base::Exit::CouldNotLook});
  return copy;
}

std::function<int()> NetworkRoom::enter() const {
  const int user = user_.get(), network = network_.get(), mounts = mounts_.get();
  return [user, network, mounts]() -> int {
    // The user namespace first: it brings the right to join the two it owns.
    if (user >= 0 && ::setns(user, CLONE_NEWUSER) != 0) return errno;
    if (::setns(network, CLONE_NEWNET) != 0) return errno;
    if (::setns(mounts, CLONE_NEWNS) != 0) return errno;
    return 0;
  };
}

}  // namespace windlass::run
