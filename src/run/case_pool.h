// Cases side by side, on the cores there are.
//
// Invariants: a case is taken up in the order in which it was given; when the pool ends, none is running. At
// most twice as many wait as can run: each holds the state that it starts from, tens of megabytes in memory.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace windlass::run {

class CasePool {
 public:
  explicit CasePool(size_t workers);
  ~CasePool();
  CasePool(const CasePool&) = delete;
  CasePool& operator=(const CasePool&) = delete;

  /// Waits where too many are waiting already. To be called by one thread.
  void give(std::function<void()> work);
  /// Returns when everything given so far has been done.
  void finish();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  size_t running_ = 0, limit_;
  bool ending_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace windlass::run
