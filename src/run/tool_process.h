// The migration tool (or any recorded command) as a child process: started
// early, so that it imports while the server comes up, and followed to its end.
#pragma once

#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/process.h"
#include "base/unique_fd.h"
#include "run/child.h"
#include "run/isolation.h"
#include "run/warm_interpreter.h"

namespace windlass::run {

struct ToolCommand {
  std::vector<std::string> arguments;
  std::vector<std::string> environment;
  std::filesystem::path folder;
  std::optional<base::SystemUser> user;  ///< --run-as; empty: whoever called
  const NetworkRoom* room = nullptr;     ///< nullptr: no namespace of its own
  bool with_events = false;              ///< descriptor 3 carries JSON lines of the Python part
  int answers = -1;  ///< becomes descriptor 4: what the Python part is answered; -1: nothing
  /// Leave the terminal to it: standard input is ours, both outputs go to our
  /// standard error as they come, and Ctrl-C reaches it by itself.
  bool interactive = false;
};

struct ToolHooks {
  std::function<void(std::string_view line)> on_event;   ///< one JSON line, without its end
  std::function<void(std::string_view text)> on_output;  ///< what it just wrote, both streams
  std::function<bool()> server_alive;                    ///< asked a few times a second
};

struct ToolOutcome {
  base::ExitStatus status;
  std::string out, err;  ///< head and tail when there was more than a few MiB
  bool timed_out = false;
  bool server_died = false;
  int interrupted = 0;  ///< the signal that asked windlass to stop
  double seconds = 0;
};

class ToolProcess {
 public:
  static base::Result<ToolProcess> start(const ToolCommand& command);
  /// The same as a fork of `warm`, which must outlive it: `run` is what the Python part is told, of `command`
  /// only the environment is used.
  static base::Result<ToolProcess> fork(WarmInterpreter& warm, const ToolCommand& command,
                                        std::string_view run);

  /// Follows it to its end. After `timeout`, an interrupt or the death of the
  /// server it is ended (SIGTERM, then SIGKILL), with all it started.
  ToolOutcome finish(const ToolHooks& hooks, std::optional<std::chrono::milliseconds> timeout);
  /// SIGKILL to it and all it started. While finish() follows it, from any thread.
  void kill() { child_->signal(SIGKILL); }

 private:
  std::unique_ptr<Child> child_;
  base::UniqueFd out_, err_, events_;
  std::chrono::steady_clock::time_point started_;
  bool interactive_ = false;
};

/// Text that keeps its head and its tail when it grows too large, and says what it dropped.
class BoundedText {
 public:
  explicit BoundedText(size_t half) : half_(half) {}
  void append(std::string_view text);
  std::string text() const;

 private:
  size_t half_;
  size_t dropped_ = 0;
  std::string head_, tail_;
};

}  // namespace windlass::run
