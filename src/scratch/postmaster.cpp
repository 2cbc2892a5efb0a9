#include "scratch/postmaster.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <future>
#include <mutex>
#include <thread>

#include "base/file.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "scratch/own_network.h"

namespace windlass::scratch {

namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kStartLimit(60000);  // a loaded machine; recovery is never needed
constexpr milliseconds kStopLimit(10000);   // the server itself kills what is left after 5 s
constexpr off_t kTailBytes = 8192;
constexpr size_t kTailLines = 20;

fs::path log_file(const fs::path& folder) { return folder / "server.log"; }

/// Whether the child has ended; leaves it to be reaped.
bool ended(pid_t pid) {
  siginfo_t info = {};
  return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
         info.si_pid == pid;
}

/// The server writes "ready" into the last line of its pid file once it accepts connections.
bool ready(const fs::path& data) {
  const auto text = base::read_file(data / "postmaster.pid", 4096);
  if (!text) return false;
  const auto lines = base::split(*text, '\n');
  return lines.size() >= 8 && base::trim(lines[7]) == "ready";
}

std::string tail(const fs::path& file) {
  base::UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info {};
  if (!fd || ::fstat(fd.get(), &info) != 0) return {};
  std::string text(static_cast<size_t>(std::min(info.st_size, kTailBytes)), '\0');
  const ssize_t n =
      ::pread(fd.get(), text.data(), text.size(), info.st_size - static_cast<off_t>(text.size()));
  text.resize(n > 0 ? static_cast<size_t>(n) : 0);
  size_t at = text.size();
  for (size_t lines = 0; at > 0; --at)
    if (text[at - 1] == '\n' && ++lines > kTailLines) break;
  return std::string(base::trim(std::string_view(text).substr(at)));
}

}  // namespace

struct Postmaster::Impl {
  fs::path log, bindir, data;
  pid_t pid = -1;
  mutable std::mutex mutex;  // guards process and stopped
  base::Process process;
  bool stopped = false;

  std::thread keeper;  // started the server; when it ends, so does the server
  std::mutex keeper_mutex;
  std::condition_variable keeper_wake;
  bool release_keeper = false;

  base::Result<void> start(base::ProcessOptions options, bool outlive) {
    options.before_exec = enter_own_network;
    auto started = start_once(options, outlive);
    if (started || ::geteuid() == 0) return started;
    // A kernel may let an ordinary user make a user namespace and then forbid to fill it.
    options.before_exec = nullptr;
    return start_once(options, outlive);
  }

  base::Result<void> start_once(const base::ProcessOptions& options, bool outlive) {
    if (outlive) {
      process = WINDLASS_TRY(base::Process::start(options));
      pid = process.pid();
      return {};
    }
    std::promise<base::Result<base::Process>> started;
    auto future = started.get_future();
    // Signals are for the thread that waits for them, never for this one.
    sigset_t all, before;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    keeper = std::thread([this, &options, &started] {
      started.set_value(base::Process::start(options));
      std::unique_lock lock(keeper_mutex);
      keeper_wake.wait(lock, [this] { return release_keeper; });
    });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    auto result = future.get();
    if (!result) {
      end_keeper();
      return base::fail(result.error());
    }
    process = std::move(*result);
    pid = process.pid();
    return {};
  }

  void end_keeper() {
    if (!keeper.joinable()) return;
    {
      const std::lock_guard lock(keeper_mutex);
      release_keeper = true;
    }
    keeper_wake.notify_all();
    keeper.join();
  }
};

Postmaster::Postmaster(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Postmaster::~Postmaster() { stop(SIGQUIT); }

base::Result<std::unique_ptr<Postmaster>> Postmaster::launch(const PostmasterOptions& options) {
  auto impl = std::make_unique<Impl>();
  impl->log = log_file(options.socket_folder);
  base::UniqueFd log(::open(impl->log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!log)
    return base::fail({"open the scratch server's log", impl->log.string(), base::system_error_text(errno),
                       "", base::Exit::CouldNotLook});

  base::ProcessOptions process;
  process.arguments = {(options.binaries.bindir / "postgres").string(), "-D", options.data.string()};
  const auto set = [&](const std::string& name, const std::string& value) {
    process.arguments.push_back("-c");
    process.arguments.push_back(name + "=" + value);
  };
  set("unix_socket_directories", options.socket_folder.string());
  set("port", std::to_string(kPort));
  for (const auto& [name, value] : options.settings) set(name, value);
  process.environment = server_environment(options.environment, options.socket_folder);
  process.folder = options.data;
  process.stdout_fd = process.stderr_fd = log.get();
  if (options.user.uid != ::geteuid()) process.user = options.user;
  if (!options.outlive) process.death_signal = SIGQUIT;
  WINDLASS_CHECK(impl->start(process, options.outlive));

  impl->bindir = options.binaries.bindir;
  impl->data = options.data;
  return std::unique_ptr<Postmaster>(new Postmaster(std::move(impl)));
}

base::Result<void> Postmaster::wait_ready() {
  const auto end = steady_clock::now() + kStartLimit;
  while (!ready(impl_->data)) {
    const bool gone = ended(pid());
    if (gone || steady_clock::now() > end) {
      base::Error error{"start a scratch server", impl_->bindir.string(), "", "", base::Exit::CouldNotLook};
      error.got = gone ? "the server ended at once" : "the server did not get ready within 60 s";
      if (const std::string text = log_tail(); !text.empty()) error.got += ": " + text;
      return base::fail(error);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(300));
  }
  return {};
}

pid_t Postmaster::pid() const { return impl_->pid; }

bool Postmaster::alive() const {
  const std::lock_guard lock(impl_->mutex);
  return !impl_->stopped && !ended(impl_->pid);
}

void Postmaster::ask_to_stop(int signal) {
  const std::lock_guard lock(impl_->mutex);
  if (!impl_->stopped) impl_->process.signal(signal);
}

void Postmaster::stop(int signal) {
  const std::lock_guard lock(impl_->mutex);
  if (impl_->stopped) return;
  impl_->process.signal(signal);
  if (!impl_->process.wait(kStopLimit)) {
    impl_->process.signal(SIGKILL);
    impl_->process.wait();
  }
  impl_->stopped = true;
  impl_->end_keeper();
}

void Postmaster::let_go() {
  const std::lock_guard lock(impl_->mutex);
  if (impl_->stopped) return;
  impl_->process.release();
  impl_->stopped = true;
}

std::string Postmaster::log_tail() const { return tail(impl_->log); }

std::vector<std::string> server_environment(const std::vector<std::string>& caller,
                                            const fs::path& socket_folder) {
  std::vector<std::string> environment;
  for (const char* name : {"PATH", "LD_LIBRARY_PATH", "LOCPATH"})
    if (const auto value = base::environment_value(caller, name))
      base::set_environment(environment, name, *value);
  base::set_environment(environment, "HOME", socket_folder.string());
  base::set_environment(environment, "PGHOST", socket_folder.string());
  base::set_environment(environment, "PGPORT", std::to_string(kPort));
  return environment;
}

}  // namespace windlass::scratch
