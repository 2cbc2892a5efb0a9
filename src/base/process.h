// Child processes: start, feed, wait, end.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/unique_fd.h"

namespace windlass::base {

/// A system user to become: real, effective and saved ids and supplementary groups.
struct SystemUser {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
  std::filesystem::path home = {};  ///< empty where it is not known
};

/// The passwd entry of `name`.
Result<SystemUser> find_system_user(const std::string& name);
/// The passwd entry of a user's number; nullopt when there is none.
std::optional<SystemUser> find_system_user(uid_t uid);
/// Whoever runs this process (effective user), under its effective group.
SystemUser current_system_user();

struct ProcessOptions {
  std::vector<std::string> arguments;                 ///< argv; [0] is looked up in PATH when it has no '/'
  std::vector<std::string> environment;               ///< "NAME=value"; the whole environment of the child
  std::filesystem::path folder;                       ///< working folder; empty: the same
  std::optional<SystemUser> user;                     ///< become this user (root only)
  int stdin_fd = -1, stdout_fd = -1, stderr_fd = -1;  ///< -1: /dev/null
  std::vector<std::pair<int, int>> extra_fds;         ///< {ours, number in the child}; all others are closed
  std::optional<int> death_signal;  ///< sent to the child when the *thread* that started it ends
  bool new_group = true;            ///< its own process group, so that signals reach all it started
  /// Runs in the child after fork, before the user is changed; async-signal-safe calls only.
  /// Returns 0 or an errno value, which fails the start.
  std::function<int()> before_exec;
};

struct ExitStatus {
  int code = 0;    ///< exit status when `signal` is 0
  int signal = 0;  ///< the signal that ended it
  bool ok() const { return code == 0 && signal == 0; }
};

/// "exit status 3", "killed by SIGSEGV".
std::string to_string(const ExitStatus& status);

class Process {
 public:
  /// Fails when the program cannot be found or exec fails (the child's errno comes back).
  static Result<Process> start(const ProcessOptions& options);
  Process() = default;
  Process(Process&& other) noexcept : pid_(std::exchange(other.pid_, -1)), group_(other.group_) {}
  Process& operator=(Process&& other) noexcept;
  /// A process still running is killed (SIGKILL, its group) and reaped.
  ~Process();

  pid_t pid() const { return pid_; }
  bool running() const { return pid_ > 0; }
  /// Blocks until it ends, or `limit` passes (nullopt then).
  std::optional<ExitStatus> wait(std::optional<std::chrono::milliseconds> limit = {});
  /// Lets it run on, unwatched: nothing ends or reaps it from here.
  pid_t release() { return std::exchange(pid_, -1); }
  /// Sends to the whole group when it has one of its own.
  void signal(int number);

 private:
  pid_t pid_ = -1;
  bool group_ = false;
};

/// A program run to its end, its output collected (each stream at most `limit` bytes, the rest read and
/// dropped).
struct Output {
  ExitStatus status;
  std::string out, err;
  bool timed_out = false;
};
/// `stop`: once it is true, which is looked at ten times a second, the program gets SIGTERM, and two seconds
/// to give up what it holds; then it is killed, as when its time has passed. nullptr: nobody asks for that.
Result<Output> run_program(ProcessOptions options, std::chrono::milliseconds timeout,
                           size_t limit = size_t{64} << 20, std::string_view input = {},
                           const std::atomic<bool>* stop = nullptr);

/// The current environment as "NAME=value".
std::vector<std::string> current_environment();
/// Takes the variables whose name `which` chooses out of windlass's own environment. Before any thread
/// starts.
void forget_variables(const std::function<bool(std::string_view)>& which);
/// The value of `name` in `environment`, or nullopt.
std::optional<std::string> environment_value(const std::vector<std::string>& environment,
                                             std::string_view name);
/// Sets or replaces `name`.
void set_environment(std::vector<std::string>& environment, std::string_view name, std::string_view value);
void unset_environment(std::vector<std::string>& environment, std::string_view name);

/// The full path of `program` by `path` (PATH's form); empty when there is none that can be executed.
std::filesystem::path find_program(std::string_view program, std::string_view path);

}  // namespace windlass::base
