// Ctrl-C, kill, closed terminal: the first signal asks for an orderly stop,
// the second ends the process at once.
#pragma once

namespace windlass::base {

/// From now on SIGINT, SIGTERM and SIGHUP are remembered instead of ending the
/// process, and SIGPIPE is ignored (a broken pipe comes back as an error).
void catch_signals();

/// The signal that asked to stop; 0 while none did.
int interrupted();

/// Readable as soon as a signal came: for poll(2). -1 before catch_signals().
int interrupt_fd();

/// While one of these lives, a signal ends the process at once: for a wait that cannot be broken off (a query
/// of libpq's), where nothing is left behind.
class SignalsEndAtOnce {
 public:
  SignalsEndAtOnce();
  ~SignalsEndAtOnce();
  SignalsEndAtOnce(const SignalsEndAtOnce&) = delete;
};

}  // namespace windlass::base
