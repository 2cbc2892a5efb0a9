#include "run/tool_process.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/interrupt.h"

namespace windlass::run {

namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kOutputHalf = size_t{4} << 20;
constexpr size_t kLongestEventLine = size_t{16} << 20;

struct Pipe {
  base::UniqueFd read, write;
};

base::Result<Pipe> make_pipe() {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0)
    return base::fail({"make a pipe", "", base::system_error_text(errno), "", base::Exit::CouldNotLook});
  ::fcntl(fds[0], F_SETFL, O_NONBLOCK);
  return Pipe{base::UniqueFd(fds[0]), base::UniqueFd(fds[1])};
}

/// What carries the Python part's events: imports and steps come in bursts, and a full pipe would make the
/// migration wait for us.
base::Result<Pipe> make_event_pipe() {
  Pipe pipe = WINDLASS_TRY(make_pipe());
  ::fcntl(pipe.write.get(), F_SETPIPE_SZ, 1 << 20);
  return pipe;
}

/// A process that windlass itself started.
class OwnChild : public Child {
 public:
  /// Where the kernel has pidfds, its end can be waited for, so that a grandchild that keeps the pipes open
  /// does not keep us.
  explicit OwnChild(base::Process process)
      : process_(std::move(process)),
        pid_(process_.pid()),
        end_(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0))) {}

  pid_t pid() const override { return pid_; }
  int end_fd() const override { return end_.get(); }
  std::optional<base::ExitStatus> ended() override { return process_.wait(std::chrono::milliseconds(0)); }
  void signal(int number) override { process_.signal(number); }

 private:
  base::Process process_;
  pid_t pid_;
  base::UniqueFd end_;
};

/// Reads what is there now; returns false at the end of the stream.
template <typename Sink>
bool drain(int fd, Sink&& sink) {
  char buffer[65536];
  while (true) {
    const ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n > 0) {
      sink(std::string_view(buffer, static_cast<size_t>(n)));
      if (static_cast<size_t>(n) < sizeof buffer) return true;
      continue;
    }
    if (n == 0) return false;
    if (errno == EINTR) continue;
    return errno == EAGAIN;
  }
}

/// Cuts a stream of JSON lines.
class LineCutter {
 public:
  explicit LineCutter(const std::function<void(std::string_view)>& sink) : sink_(sink) {}
  void operator()(std::string_view text) {
    rest_.append(text);
    size_t start = 0;
    for (size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', start)) {
      if (sink_) sink_(std::string_view(rest_).substr(start, end - start));
      start = end + 1;
    }
    rest_.erase(0, start);
    if (rest_.size() > kLongestEventLine) rest_.clear();
  }

 private:
  const std::function<void(std::string_view)>& sink_;
  std::string rest_;
};

}  // namespace

void BoundedText::append(std::string_view text) {
  if (head_.size() < half_) {
    const size_t n = std::min(half_ - head_.size(), text.size());
    head_.append(text.substr(0, n));
    text.remove_prefix(n);
  }
  tail_.append(text);
  if (tail_.size() > 2 * half_) {
    dropped_ += tail_.size() - half_;
    tail_.erase(0, tail_.size() - half_);
  }
}

std::string BoundedText::text() const {
  if (dropped_ == 0) return head_ + tail_;
  return fmt::format("{}\n[… {} bytes left out …]\n{}", head_, dropped_, tail_);
}

base::Result<ToolProcess> ToolProcess::start(const ToolCommand& command) {
  ToolProcess tool;
  base::ProcessOptions options;
  options.arguments = command.arguments;
  options.environment = command.environment;
  options.folder = command.folder;
  options.user = command.user;
  options.death_signal = SIGKILL;
  options.new_group = !command.interactive;
  if (command.room != nullptr) options.before_exec = command.room->enter();

  Pipe out, err, events;
  if (command.interactive) {
    options.stdin_fd = STDIN_FILENO;
    options.stdout_fd = STDERR_FILENO;
    options.stderr_fd = STDERR_FILENO;
  } else {
    out = WINDLASS_TRY(make_pipe());
    err = WINDLASS_TRY(make_pipe());
    options.stdout_fd = out.write.get();
    options.stderr_fd = err.write.get();
  }
  if (command.with_events) {
    events = WINDLASS_TRY(make_event_pipe());
    options.extra_fds.emplace_back(events.write.get(), 3);
  }
  if (command.answers >= 0) options.extra_fds.emplace_back(command.answers, 4);
  tool.started_ = Clock::now();
  tool.child_ = std::make_unique<OwnChild>(WINDLASS_TRY(base::Process::start(options)));
  tool.out_ = std::move(out.read);
  tool.err_ = std::move(err.read);
  tool.events_ = std::move(events.read);
  tool.interactive_ = command.interactive;
  return tool;
}

base::Result<ToolProcess> ToolProcess::fork(WarmInterpreter& warm, const ToolCommand& command,
                                            std::string_view run) {
  ToolProcess tool;
  Pipe out = WINDLASS_TRY(make_pipe()), err = WINDLASS_TRY(make_pipe()),
       events = WINDLASS_TRY(make_event_pipe());
  tool.started_ = Clock::now();
  tool.child_ =
      WINDLASS_TRY(warm.fork(run, command.environment, out.write.get(), err.write.get(), events.write.get()));
  tool.out_ = std::move(out.read);
  tool.err_ = std::move(err.read);
  tool.events_ = std::move(events.read);
  return tool;
}

ToolOutcome ToolProcess::finish(const ToolHooks& hooks, std::optional<std::chrono::milliseconds> timeout) {
  ToolOutcome outcome;
  BoundedText out(kOutputHalf), err(kOutputHalf);
  LineCutter events(hooks.on_event);
  const pid_t group = child_->pid();
  const auto to = [&](BoundedText& text) {
    return [&](std::string_view piece) {
      text.append(piece);
      if (hooks.on_output) hooks.on_output(piece);
    };
  };
  const auto read_all = [&](bool& out_open, bool& err_open, bool& events_open) {
    if (out_open) out_open = drain(out_.get(), to(out));
    if (err_open) err_open = drain(err_.get(), to(err));
    if (events_open) events_open = drain(events_.get(), events);
  };

  bool out_open = bool(out_), err_open = bool(err_), events_open = bool(events_);
  const int ended = child_->end_fd();
  std::optional<Clock::time_point> ending;  // when it was asked to end
  std::optional<base::ExitStatus> status;
  while (!status) {
    pollfd fds[5] = {{out_open ? out_.get() : -1, POLLIN, 0},
                     {err_open ? err_.get() : -1, POLLIN, 0},
                     {events_open ? events_.get() : -1, POLLIN, 0},
                     {ended, POLLIN, 0},
                     {outcome.interrupted != 0 ? -1 : base::interrupt_fd(), POLLIN, 0}};
    ::poll(fds, 5, ended >= 0 ? 200 : 5);
    read_all(out_open, err_open, events_open);
    const auto now = Clock::now();
    if (ended < 0 || fds[3].revents != 0) status = child_->ended();
    if (status) break;
    const auto end_it = [&](bool& why) {
      why = true;
      if (!ending) child_->signal(SIGTERM);
      ending = ending.value_or(now);
    };
    bool asked = false;
    if (base::interrupted() != 0 && outcome.interrupted == 0) {
      outcome.interrupted = base::interrupted();
      end_it(asked);
    }
    if (timeout && now - started_ > *timeout && !outcome.timed_out) end_it(outcome.timed_out);
    if (!outcome.server_died && hooks.server_alive && !hooks.server_alive()) {
      // The tool sees its connections close and usually ends by itself: give it a moment first.
      outcome.server_died = true;
      ending = now + std::chrono::seconds(2);
    }
    if (ending && now - *ending > std::chrono::seconds(2)) child_->signal(SIGKILL);
  }
  // Whatever it left running in its group ends with it: nothing outlives a run.
  if (!interactive_) ::kill(-group, SIGKILL);
  read_all(out_open, err_open, events_open);
  outcome.status = *status;
  outcome.out = out.text();
  outcome.err = err.text();
  outcome.seconds = std::chrono::duration<double>(Clock::now() - started_).count();
  return outcome;
}

}  // namespace windlass::run
