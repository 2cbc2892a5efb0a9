#include "run/warm_interpreter.h"

#include <fmt/core.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <utility>

#include "base/interrupt.h"
#include "base/text.h"

namespace windlass::run {

namespace {

using std::chrono::milliseconds;

/// Forking takes a millisecond; a machine under load takes longer.
constexpr milliseconds kForkLimit{60000};
/// For an interpreter to see that the socket has ended, and to end the run that it may have begun.
constexpr milliseconds kEndLimit{2000};
constexpr size_t kLongestMessage = 2048;
constexpr int kEvents = 3;  // where the Python part expects the socket

tl::unexpected<base::Error> failed(std::string attempted, std::string got) {
  return base::fail({std::move(attempted), "an interpreter with the project's libraries", std::move(got), "",
                     base::Exit::CouldNotLook});
}

/// The number behind `word` in "word 123".
std::optional<int> number_after(std::string_view message, std::string_view word) {
  if (!message.starts_with(word)) return std::nullopt;
  message.remove_prefix(word.size());
  int value = 0;
  const auto [end, code] = std::from_chars(message.data(), message.data() + message.size(), value);
  if (code != std::errc() || end != message.data() + message.size()) return std::nullopt;
  return value;
}

base::UniqueFd file_in_memory(std::string_view text) {
  base::UniqueFd file(::memfd_create("windlass", MFD_CLOEXEC));
  for (size_t done = 0; file && done < text.size();) {
    const ssize_t n = ::write(file.get(), text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return {};
    done += static_cast<size_t>(n);
  }
  if (file) ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

/// A file in memory that holds `run` and, each after a zero byte, the variables.
base::UniqueFd order_file(std::string_view run, std::span<const std::string> environment) {
  std::string text(run);
  for (const std::string& variable : environment) text.append(1, '\0').append(variable);
  return file_in_memory(text);
}

bool send_order(int socket, const std::array<int, 4>& descriptors) {
  char nothing = 'o';
  iovec data{&nothing, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof descriptors)] = {};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof descriptors);
  std::memcpy(CMSG_DATA(header), descriptors.data(), sizeof descriptors);
  return ::sendmsg(socket, &message, MSG_NOSIGNAL) == 1;
}

base::ExitStatus status_of(int status) {
  base::ExitStatus result;
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  if (WIFEXITED(status)) result.code = WEXITSTATUS(status);
  return result;
}

/// A process that the interpreter forked, and tells the end of.
class WarmChild : public Child {
 public:
  /// `usable` is set to false where the interpreter cannot tell of the end.
  WarmChild(pid_t pid, int control, bool& usable) : pid_(pid), control_(control), usable_(usable) {}
  ~WarmChild() override {
    if (ended_) return;
    signal(SIGKILL);
    pollfd one{control_, POLLIN, 0};
    while (!ended()) ::poll(&one, 1, 100);
  }

  pid_t pid() const override { return pid_; }
  int end_fd() const override { return control_; }
  void signal(int number) override {
    if (!ended_) ::kill(-pid_, number);
  }

  std::optional<base::ExitStatus> ended() override {
    if (ended_) return status_;
    char message[kLongestMessage];
    const ssize_t n = ::recv(control_, message, sizeof message, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return std::nullopt;
    const auto status =
        n > 0 ? number_after({message, static_cast<size_t>(n)}, "status ") : std::optional<int>();
    // Where the interpreter itself is gone, nobody can tell: the child is not left behind.
    if (!status) {
      signal(SIGKILL);
      usable_ = false;
    }
    status_ = status_of(status.value_or(SIGKILL));
    ended_ = true;
    return status_;
  }

 private:
  pid_t pid_;
  int control_;
  bool& usable_;
  bool ended_ = false;
  base::ExitStatus status_;
};

}  // namespace

base::Result<std::unique_ptr<WarmInterpreter>> WarmInterpreter::start(
    base::ProcessOptions options, std::string_view shared, std::shared_ptr<const NetworkRoom> room) {
  // A file, because an environment takes no variable above 128 KiB, and large projects import more than that.
  const base::UniqueFd list = file_in_memory(shared);
  if (!list) return failed("write what is shared for", base::system_error_text(errno));
  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
    return failed("start", base::system_error_text(errno));
  std::unique_ptr<WarmInterpreter> warm(new WarmInterpreter);
  warm->control_.reset(pair[0]);
  const base::UniqueFd theirs(pair[1]);
  options.extra_fds = {{theirs.get(), kEvents}, {list.get(), kShared}};
  // It ends when the socket does. A signal at the end of the thread that started it would come too early: any
  // thread may use it.
  options.death_signal.reset();
  if (room) options.before_exec = room->enter();
  warm->room_ = std::move(room);
  warm->process_ = WINDLASS_TRY(base::Process::start(options));
  return warm;
}

WarmInterpreter::~WarmInterpreter() {
  control_.reset();
  // Killed, it could not end what it began for us.
  if (asked_) process_.wait(kEndLimit);
}

base::Result<std::string> WarmInterpreter::hear(milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (true) {
    const auto left =
        std::chrono::duration_cast<milliseconds>(end - std::chrono::steady_clock::now()).count();
    if (left <= 0) return failed("hear from", "it said nothing in time");
    pollfd fds[2] = {{control_.get(), POLLIN, 0}, {base::interrupt_fd(), POLLIN, 0}};
    if (::poll(fds, 2, static_cast<int>(left)) < 0 && errno != EINTR)
      return failed("hear from", base::system_error_text(errno));
    if (base::interrupted() != 0) return failed("hear from", "windlass was interrupted");
    if (fds[0].revents == 0) continue;
    char message[kLongestMessage];
    const ssize_t n = ::recv(control_.get(), message, sizeof message, 0);
    if (n > 0) return std::string(message, static_cast<size_t>(n));
    if (n == 0) return failed("hear from", "it ended");
    if (errno != EINTR) return failed("hear from", base::system_error_text(errno));
  }
}

base::Result<void> WarmInterpreter::ready(milliseconds limit) {
  const std::string said = WINDLASS_TRY(hear(limit));
  if (said.starts_with("unfit ")) return failed("fork", said.substr(std::strlen("unfit ")));
  if (said != "ready") return failed("fork", said);
  return {};
}

base::Result<std::unique_ptr<Child>> WarmInterpreter::fork(std::string_view run,
                                                           std::span<const std::string> environment, int out,
                                                           int err, int events) {
  const base::UniqueFd order = order_file(run, environment);
  if (!order) return failed("write an order for", base::system_error_text(errno));
  usable_ = false;  // until it has answered as it should
  asked_ = true;
  if (!send_order(control_.get(), {out, err, events, order.get()}))
    return failed("ask", base::system_error_text(errno));
  const std::string said = WINDLASS_TRY(hear(kForkLimit));
  const auto pid = number_after(said, "pid ");
  if (!pid || *pid <= 1) return failed("fork", said);
  usable_ = true;
  return std::unique_ptr<Child>(new WarmChild(*pid, control_.get(), usable_));
}

}  // namespace windlass::run
