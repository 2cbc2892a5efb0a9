// Watches for a run that waits on itself: one session of the project waits for
// a lock that another session of the project holds in a transaction it has
// left open. Nobody but the project could end that wait, and it is waiting.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "record/recording.h"
#include "run/evidence.h"

namespace windlass::run {

class LockWatch {
 public:
  /// `conninfo` gives the watch a connection of its own (opened only when the
  /// run lasts longer than a moment); `sessions` lists the project's sessions.
  LockWatch(std::string conninfo, std::function<std::vector<record::Session>()> sessions);
  ~LockWatch();
  /// Ends the watch; what it found, each pair once. The waiting statement of
  /// each pair was cancelled (SQLSTATE 57014), so that the run could end.
  std::vector<Evidence::Deadlock> stop();

 private:
  void watch();

  std::string conninfo_;
  std::function<std::vector<record::Session>()> sessions_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::vector<Evidence::Deadlock> found_;
  std::thread thread_;
};

}  // namespace windlass::run
