#include "run/case_pool.h"

#include <algorithm>
#include <csignal>
#include <utility>

namespace windlass::run {

CasePool::CasePool(size_t side_by_side) : limit_(2 * std::max<size_t>(side_by_side, 1)) {
  // Signals are for the main thread, which turns them into an early return.
  sigset_t all, before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  for (size_t i = 1; i < side_by_side; ++i) workers_.emplace_back([this] { run(); });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

CasePool::~CasePool() {
  finish();
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void CasePool::give(std::function<void()> work) {
  std::unique_lock lock(mutex_);
  while (waiting_.size() >= limit_) do_one(lock);
  waiting_.push_back(std::move(work));
  changed_.notify_all();
}

void CasePool::finish() {
  std::unique_lock lock(mutex_);
  while (!waiting_.empty()) do_one(lock);
  changed_.wait(lock, [this] { return waiting_.empty() && running_ == 0; });
}

void CasePool::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    do_one(lock);
  }
}

void CasePool::do_one(std::unique_lock<std::mutex>& lock) {
  std::function<void()> work = std::move(waiting_.front());
  waiting_.pop_front();
  ++running_;
  lock.unlock();
  work();
  work = nullptr;  // what it holds goes before it counts as done
  lock.lock();
  --running_;
  changed_.notify_all();
}

}  // namespace windlass::run
