// Kills a run as soon as it has made something durable for the n-th time, as a machine that loses its power
// would: what the tool would send next, or has sent already, does not reach the server.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>

#include "run/durable.h"

namespace windlass::run {

/// Thread-safe.
class KillSwitch {
 public:
  /// `moment`: from 1.
  explicit KillSwitch(size_t moment) : left_(moment) {}

  /// A statement was answered; from the session's thread, whose client hears and says nothing more until this
  /// returns. At the moment it kills, and waits until the tool has gone.
  void answered(const record::Statement& statement);
  /// How to kill the tool, and to keep what it sent from the server. What was reached before is done then.
  void arm(std::function<void()> kill);
  /// The tool has gone, for whatever reason.
  void gone();
  /// Whether it was killed here.
  bool struck() const;

 private:
  /// Where the end of the tool is not told, a session does not wait for it for ever.
  static constexpr std::chrono::seconds kPatience{10};

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Durable durable_;
  size_t left_;
  std::function<void()> kill_;
  bool struck_ = false, gone_ = false;
};

}  // namespace windlass::run
