// What all sessions of one recorder write into.
//
// Invariant: everything here may be called from any thread; on_statement runs
// under a lock of its own, one call at a time, in the order of Statement::n.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "record/recording.h"

namespace windlass::record {

class Journal {
 public:
  using OnStatement = std::function<void(const Statement&)>;
  explicit Journal(OnStatement on_statement = {}) : on_statement_(std::move(on_statement)) {}

  /// Seconds since the recording began.
  double now() const;

  /// Adds a session and returns its number.
  int open_session(Session session);
  /// Changes a session under the lock.
  void change_session(int n, const std::function<void(Session&)>& change);
  void remark(int session, std::string text);
  std::vector<Session> sessions() const;

  int next_transaction();
  /// Numbers and keeps a statement; returns its place for repeat().
  size_t add(Statement statement);
  /// The statement at `place` ran again `times` times, without anything notable.
  void repeat(size_t place, uint64_t times, double milliseconds, int64_t rows);

  /// Everything; the journal is empty afterwards.
  Recording take();

 private:
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  OnStatement on_statement_;
  std::mutex telling_;  // taken before mutex_, so that calls come in order
  mutable std::mutex mutex_;
  int transactions_ = 0;
  std::vector<Session> sessions_;
  // In chunks: never moved, and given back chunk by chunk when taken.
  static constexpr size_t kChunk = 64;
  std::vector<std::vector<Statement>> chunks_;
  size_t count_ = 0;
};

}  // namespace windlass::record
