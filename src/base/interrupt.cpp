#include "base/interrupt.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>

namespace windlass::base {

namespace {

/// Atomic, for it is set by the main thread's handler and read by all threads.
std::atomic<int> g_signal = 0;
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler must not wait for a lock");
int g_pipe[2] = {-1, -1};

void on_signal(int number) {
  const int saved = errno;
  if (g_signal != 0) {
    // Asked twice: whoever asks does not want to wait. The servers die with us (PR_SET_PDEATHSIG).
    ::signal(number, SIG_DFL);
    ::raise(number);
  }
  g_signal = number;
  [[maybe_unused]] const ssize_t n = ::write(g_pipe[1], "!", 1);
  errno = saved;
}

/// `handler` for each of the signals, unless the caller had it ignored (nohup, a shell's background job).
void handle(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART | SA_NODEFER;
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before {};
    ::sigaction(number, nullptr, &before);
    if (before.sa_handler != SIG_IGN) ::sigaction(number, &action, nullptr);
  }
}

}  // namespace

void catch_signals() {
  if (g_pipe[0] < 0 && ::pipe2(g_pipe, O_CLOEXEC | O_NONBLOCK) != 0) return;
  handle(on_signal);
  ::signal(SIGPIPE, SIG_IGN);
}

SignalsEndAtOnce::SignalsEndAtOnce() { handle(SIG_DFL); }
SignalsEndAtOnce::~SignalsEndAtOnce() { handle(on_signal); }

int interrupted() { return g_signal; }

int interrupt_fd() { return g_pipe[0]; }

}  // namespace windlass::base
