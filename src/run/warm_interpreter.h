// An interpreter of the project's that has its libraries imported, and forks a process for each run:
// importing takes longer than most runs do. The project's own modules are imported by each run anew.
//
// Invariants: one run at a time; what it started ends with it. Its other half is python/windlass_warm.py,
// which describes what the two say to each other.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/process.h"
#include "base/unique_fd.h"
#include "run/child.h"
#include "run/isolation.h"

namespace windlass::run {

class WarmInterpreter {
 public:
  /// Where the Python part finds the file with `shared`.
  static constexpr int kShared = 4;

  /// `options`: how the Python part is started to be warm; descriptors and `before_exec` are set here.
  /// `shared`: JSON, "libraries", name and file of each, and "sources", files to be compiled. `room`: where
  /// it and its runs live; nullptr: no namespaces of their own.
  static base::Result<std::unique_ptr<WarmInterpreter>> start(base::ProcessOptions options,
                                                              std::string_view shared,
                                                              std::shared_ptr<const NetworkRoom> room);
  /// A run that was asked for, and that nobody heard of, ends with it, too.
  ~WarmInterpreter();

  const std::shared_ptr<const NetworkRoom>& room() const { return room_; }
  /// False once it has gone, or has said something else than it should: no further run comes of it.
  bool usable() const { return usable_; }

  /// Waits until the libraries are imported. Fails where it must not be forked (a library started a thread,
  /// …).
  base::Result<void> ready(std::chrono::milliseconds limit);

  /// A run, as the Python part is told of it in WINDLASS_RUN, under `environment`. The descriptors are the
  /// child's standard output, standard error and events; they stay the caller's.
  base::Result<std::unique_ptr<Child>> fork(std::string_view run, std::span<const std::string> environment,
                                            int out, int err, int events);

 private:
  WarmInterpreter() = default;
  /// The next message; an error when the other side has gone, or said nothing in time.
  base::Result<std::string> hear(std::chrono::milliseconds limit);

  std::shared_ptr<const NetworkRoom> room_;
  bool usable_ = true;
  bool asked_ = false;  // for a run, whatever came of it
  base::UniqueFd control_;
  base::Process process_;
};

}  // namespace windlass::run
