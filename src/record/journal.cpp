#include "record/journal.h"

#include <algorithm>
#include <iterator>

namespace windlass::record {

namespace {
constexpr size_t kMaxRemarks = 100;
}

double Journal::now() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
}

int Journal::open_session(Session session) {
  const std::lock_guard lock(mutex_);
  session.n = static_cast<int>(sessions_.size()) + 1;
  sessions_.push_back(std::move(session));
  return sessions_.back().n;
}

void Journal::change_session(int n, const std::function<void(Session&)>& change) {
  const std::lock_guard lock(mutex_);
  if (n > 0 && static_cast<size_t>(n) <= sessions_.size()) change(sessions_[static_cast<size_t>(n) - 1]);
}

void Journal::remark(int session, std::string text) {
  change_session(session, [&](Session& changed) {
    const auto& remarks = changed.remarks;
    if (remarks.size() < kMaxRemarks && std::find(remarks.begin(), remarks.end(), text) == remarks.end())
      changed.remarks.push_back(std::move(text));
  });
}

std::vector<Session> Journal::sessions() const {
  const std::lock_guard lock(mutex_);
  return sessions_;
}

int Journal::next_transaction() {
  const std::lock_guard lock(mutex_);
  return ++transactions_;
}

size_t Journal::add(Statement statement) {
  std::unique_lock telling(telling_, std::defer_lock);
  if (on_statement_) telling.lock();
  const Statement* told = nullptr;
  size_t place = 0;
  {
    const std::lock_guard lock(mutex_);
    place = count_++;
    if (place % kChunk == 0) chunks_.emplace_back().reserve(kChunk);
    statement.n = static_cast<int>(place) + 1;
    if (!on_statement_) {
      chunks_.back().push_back(std::move(statement));
      return place;
    }
    chunks_.back().push_back(statement);
    told = &statement;
  }
  // The copy is told, not the kept one: another session may repeat() or take() meanwhile.
  on_statement_(*told);
  return place;
}

void Journal::repeat(size_t place, uint64_t times, double milliseconds, int64_t rows) {
  const std::lock_guard lock(mutex_);
  if (place >= count_) return;
  Statement& statement = chunks_[place / kChunk][place % kChunk];
  statement.executions += times;
  statement.milliseconds += milliseconds;
  if (statement.rows) *statement.rows += rows;
}

Recording Journal::take() {
  const std::lock_guard lock(mutex_);
  Recording recording;
  recording.sessions = std::move(sessions_);
  recording.statements.reserve(count_);
  // The memory of both never stands side by side.
  for (std::vector<Statement>& chunk : chunks_) {
    std::move(chunk.begin(), chunk.end(), std::back_inserter(recording.statements));
    chunk = {};
  }
  chunks_.clear();
  count_ = 0;
  sessions_.clear();
  return recording;
}

}  // namespace windlass::record
