#include "base/process.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>

#include "base/text.h"

extern char** environ;

namespace windlass::base {

namespace {

constexpr int kErrorPipe =
    1000;  // where the child keeps its end of the error pipe, above every number a caller asks for

/// For the texts of one user's entry; far more than any directory service hands out.
constexpr size_t kPasswdTexts = size_t{64} << 10;

[[noreturn]] void child_fails(int pipe, int code) {
  [[maybe_unused]] const ssize_t n = ::write(pipe, &code, sizeof code);
  ::_exit(127);
}

/// Moves `fd` to `target` in the child, open across exec.
bool place_fd(int fd, int target) {
  if (fd == target) return ::fcntl(fd, F_SETFD, 0) == 0;
  return ::dup2(fd, target) >= 0;
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (const std::string& string : strings) result.push_back(const_cast<char*>(string.c_str()));
  result.push_back(nullptr);
  return result;
}

}  // namespace

Result<SystemUser> find_system_user(const std::string& name) {
  std::string texts(kPasswdTexts, '\0');
  passwd entry{};
  passwd* found = nullptr;
  const int code = ::getpwnam_r(name.c_str(), &entry, texts.data(), texts.size(), &found);
  if (found == nullptr)
    return fail({"find a system user", name, code != 0 ? system_error_text(code) : "there is no such user",
                 "Name a user that `getent passwd` lists.", Exit::Usage});
  return SystemUser{entry.pw_name, entry.pw_uid, entry.pw_gid, entry.pw_dir};
}

std::optional<SystemUser> find_system_user(uid_t uid) {
  std::string texts(kPasswdTexts, '\0');
  passwd entry{};
  passwd* found = nullptr;
  ::getpwuid_r(uid, &entry, texts.data(), texts.size(), &found);
  if (found == nullptr) return std::nullopt;
  return SystemUser{entry.pw_name, entry.pw_uid, entry.pw_gid, entry.pw_dir};
}

SystemUser current_system_user() {
  const uid_t uid = ::geteuid();
  SystemUser user = find_system_user(uid).value_or(SystemUser{std::to_string(uid), uid});
  user.gid = ::getegid();
  return user;
}

std::string to_string(const ExitStatus& status) {
  if (status.signal == 0) return fmt::format("exit status {}", status.code);
  const char* name = ::sigabbrev_np(status.signal);
  return name != nullptr ? fmt::format("killed by SIG{}", name)
                         : fmt::format("killed by signal {}", status.signal);
}

Result<Process> Process::start(const ProcessOptions& options) {
  const std::string& name = options.arguments.at(0);
  std::filesystem::path program = name;
  if (!contains(name, "/"))
    program = find_program(name, environment_value(options.environment, "PATH").value_or("/usr/bin:/bin"));
  if (program.empty())
    return fail({"start a program", name, "it is not in PATH", "Install it, or give its full path.",
                 Exit::CouldNotLook});

  int error_pipe[2];
  if (::pipe2(error_pipe, O_CLOEXEC) != 0)
    return fail({"start a program", name, system_error_text(errno), "", Exit::CouldNotLook});
  UniqueFd error_in(error_pipe[0]), error_out(error_pipe[1]);
  UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const auto argv = pointers(options.arguments);
  const auto envp = pointers(options.environment);
  const std::string program_text = program.string();
  const std::string folder_text = options.folder.string();
  const pid_t parent = ::getpid();

  const pid_t pid = ::fork();
  if (pid < 0) return fail({"start a program", name, system_error_text(errno), "", Exit::CouldNotLook});
  if (pid == 0) {
    // Only async-signal-safe calls from here on: other threads may hold locks.
    int pipe = error_out.get();
    if (::dup2(pipe, kErrorPipe) >= 0) pipe = kErrorPipe;
    ::fcntl(pipe, F_SETFD, FD_CLOEXEC);
    if (options.new_group) ::setpgid(0, 0);
    // What is pending must not reach our own handlers, which would tell the parent through its pipe.
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGCHLD}) ::signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    if (options.before_exec)
      if (const int code = options.before_exec(); code != 0) child_fails(pipe, code);

    // The wanted numbers may be among ours: move ours out of the way first.
    int lifted[16];
    size_t count = 0;
    const int standard[3] = {options.stdin_fd, options.stdout_fd, options.stderr_fd};
    int lifted_standard[3];
    for (int i = 0; i < 3; ++i) {
      lifted_standard[i] = ::fcntl(standard[i] >= 0 ? standard[i] : null.get(), F_DUPFD_CLOEXEC, 200);
      if (lifted_standard[i] < 0) child_fails(pipe, errno);
    }
    for (const auto& [ours, number] : options.extra_fds) {
      if (count == std::size(lifted)) child_fails(pipe, EMFILE);
      lifted[count] = ::fcntl(ours, F_DUPFD_CLOEXEC, 200);
      if (lifted[count] < 0) child_fails(pipe, errno);
      ++count;
    }
    for (int i = 0; i < 3; ++i)
      if (!place_fd(lifted_standard[i], i)) child_fails(pipe, errno);
    int highest = 2;
    for (size_t i = 0; i < count; ++i) {
      const int number = options.extra_fds[i].second;
      if (!place_fd(lifted[i], number)) child_fails(pipe, errno);
      highest = std::max(highest, number);
    }
    ::syscall(SYS_close_range, static_cast<unsigned>(highest + 1), ~0U, 4U /* CLOSE_RANGE_CLOEXEC */);

    if (options.user) {
      if (::setgroups(0, nullptr) != 0 ||
          ::setresgid(options.user->gid, options.user->gid, options.user->gid) != 0 ||
          ::setresuid(options.user->uid, options.user->uid, options.user->uid) != 0)
        child_fails(pipe, errno);
    }
    if (options.death_signal) {
      // Changing ids clears it, so it is set last; the parent may be gone already.
      ::prctl(PR_SET_PDEATHSIG, *options.death_signal);
      if (::getppid() != parent) ::_exit(127);
    }
    if (!folder_text.empty() && ::chdir(folder_text.c_str()) != 0) child_fails(pipe, errno);
    ::execve(program_text.c_str(), argv.data(), envp.data());
    child_fails(pipe, errno);
  }

  error_out.reset();
  int code = 0;
  ssize_t n = 0;
  do n = ::read(error_in.get(), &code, sizeof code);
  while (n < 0 && errno == EINTR);
  if (n == sizeof code) {
    ::waitpid(pid, nullptr, 0);
    return fail({"start a program", program_text, system_error_text(code), "", Exit::CouldNotLook});
  }
  Process process;
  process.pid_ = pid;
  process.group_ = options.new_group;
  return process;
}

Process& Process::operator=(Process&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(group_, other.group_);
  return *this;
}

Process::~Process() {
  if (pid_ <= 0) return;
  signal(SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::optional<ExitStatus> Process::wait(std::optional<std::chrono::milliseconds> limit) {
  if (pid_ <= 0) return ExitStatus{};
  int status = 0;
  if (!limit) {
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
  } else {
    const auto end = std::chrono::steady_clock::now() + *limit;
    auto pause = std::chrono::microseconds(200);
    while (true) {
      const pid_t done = ::waitpid(pid_, &status, WNOHANG);
      if (done == pid_) break;
      if (done < 0 && errno != EINTR) break;
      if (std::chrono::steady_clock::now() >= end) return std::nullopt;
      std::this_thread::sleep_for(pause);
      pause = std::min(pause * 2, std::chrono::microseconds(5000));
    }
  }
  pid_ = -1;
  ExitStatus result;
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  if (WIFEXITED(status)) result.code = WEXITSTATUS(status);
  return result;
}

void Process::signal(int number) {
  if (pid_ > 0) ::kill(group_ ? -pid_ : pid_, number);
}

Result<Output> run_program(ProcessOptions options, std::chrono::milliseconds timeout, size_t limit,
                           std::string_view input, const std::atomic<bool>* stop) {
  int in[2], out[2], err[2];
  if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0)
    return fail(
        {"start a program", options.arguments.at(0), system_error_text(errno), "", Exit::CouldNotLook});
  UniqueFd in_child(in[0]), in_ours(in[1]), out_ours(out[0]), out_child(out[1]), err_ours(err[0]),
      err_child(err[1]);
  options.stdin_fd = in_child.get();
  options.stdout_fd = out_child.get();
  options.stderr_fd = err_child.get();
  Process process = WINDLASS_TRY(Process::start(options));
  in_child.reset();
  out_child.reset();
  err_child.reset();
  if (input.empty()) in_ours.reset();
  ::fcntl(in_ours.get(), F_SETFL, O_NONBLOCK);

  Output result;
  const auto end = std::chrono::steady_clock::now() + timeout;
  char buffer[65536];
  while (out_ours || err_ours) {
    pollfd fds[3] = {{out_ours.get(), POLLIN, 0}, {err_ours.get(), POLLIN, 0}, {in_ours.get(), POLLOUT, 0}};
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0 || (stop != nullptr && *stop)) {
      result.timed_out = true;
      break;
    }
    const int ready =
        ::poll(fds, 3, static_cast<int>(std::min<long long>(left.count(), stop != nullptr ? 100 : 60000)));
    if (ready < 0 && errno != EINTR) break;
    if (ready <= 0) continue;
    const auto drain = [&](UniqueFd& fd, short events, std::string& text) {
      if (!fd || events == 0) return;
      const ssize_t n = ::read(fd.get(), buffer, sizeof buffer);
      if (n > 0 && text.size() < limit)
        text.append(buffer, std::min(static_cast<size_t>(n), limit - text.size()));
      if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN)) fd.reset();
    };
    drain(out_ours, fds[0].revents, result.out);
    drain(err_ours, fds[1].revents, result.err);
    if (in_ours && fds[2].revents != 0) {
      const ssize_t n = ::write(in_ours.get(), input.data(), input.size());
      if (n > 0) input.remove_prefix(static_cast<size_t>(n));
      if (input.empty() || (n < 0 && errno != EINTR && errno != EAGAIN)) in_ours.reset();
    }
  }
  if (!result.timed_out) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (const auto status = process.wait(std::max(left, std::chrono::milliseconds(1)))) {
      result.status = *status;
      return result;
    }
    result.timed_out = true;
  }
  if (stop != nullptr && *stop) {
    process.signal(SIGTERM);
    if (const auto status = process.wait(std::chrono::seconds(2))) {
      result.status = *status;
      return result;
    }
  }
  process.signal(SIGKILL);
  result.status = process.wait().value_or(ExitStatus{});
  return result;
}

std::vector<std::string> current_environment() {
  std::vector<std::string> result;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) result.emplace_back(*entry);
  return result;
}

std::optional<std::string> environment_value(const std::vector<std::string>& environment,
                                             std::string_view name) {
  for (const std::string& entry : environment)
    if (entry.size() > name.size() && entry[name.size()] == '=' && entry.starts_with(name))
      return entry.substr(name.size() + 1);
  return std::nullopt;
}

void forget_variables(const std::function<bool(std::string_view)>& which) {
  for (const std::string& entry : current_environment())
    if (const std::string name = entry.substr(0, entry.find('=')); which(name)) ::unsetenv(name.c_str());
}

void unset_environment(std::vector<std::string>& environment, std::string_view name) {
  std::erase_if(environment, [&](const std::string& entry) {
    return entry.size() > name.size() && entry[name.size()] == '=' && entry.starts_with(name);
  });
}

void set_environment(std::vector<std::string>& environment, std::string_view name, std::string_view value) {
  unset_environment(environment, name);
  environment.push_back(fmt::format("{}={}", name, value));
}

std::filesystem::path find_program(std::string_view program, std::string_view path) {
  for (const std::string& folder : split(path, ':')) {
    const std::filesystem::path candidate = std::filesystem::path(folder.empty() ? "." : folder) / program;
    struct stat info {};
    if (::stat(candidate.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
        ::access(candidate.c_str(), X_OK) == 0)
      return candidate;
  }
  return {};
}

}  // namespace windlass::base
