// Cases side by side, on the cores there are.
//
// Invariants: a case is taken up in the order in which it was given; when the pool ends, none is running. At
// most twice as many wait as can run: each holds the state that it starts from, megabytes in memory.
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
  /// `side_by_side`: how many can run, the thread included that gives them.
  explicit CasePool(size_t side_by_side);
  ~CasePool();
  CasePool(const CasePool&) = delete;
  CasePool& operator=(const CasePool&) = delete;

  /// Where too many are waiting already, the caller does some first. To be called by one thread.
  void give(std::function<void()> work);
  /// Takes part; returns when everything given so far has been done.
  void finish();

 private:
  void run();
  void do_one(std::unique_lock<std::mutex>& lock);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  size_t running_ = 0, limit_;
  bool ending_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace windlass::run
