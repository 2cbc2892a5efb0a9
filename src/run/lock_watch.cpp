#include "run/lock_watch.h"

#include <chrono>
#include <cstdlib>
#include <utility>

#include "pg/connection.h"

namespace windlass::run {

namespace {

constexpr auto kPause = std::chrono::seconds(1);
/// Longer than any pause a migration makes between two statements on purpose.
constexpr double kPatience = 5.0;

// https://www.postgresql.org/docs/current/functions-info.html: pg_blocking_pids
// takes exclusive access to the lock table for a moment, hence once a second only.
constexpr std::string_view kWaiting =
    "SELECT w.pid, h.pid, extract(epoch FROM clock_timestamp() - w.query_start)"
    " FROM pg_catalog.pg_stat_activity w, unnest(pg_catalog.pg_blocking_pids(w.pid)) AS b(pid)"
    " JOIN pg_catalog.pg_stat_activity h ON h.pid = b.pid"
    " WHERE w.wait_event_type = 'Lock' AND h.state IN ('idle in transaction', 'idle in transaction "
    "(aborted)')";

int session_of(const std::vector<record::Session>& sessions, std::string_view pid) {
  for (const record::Session& session : sessions)
    if (std::to_string(session.backend_pid) == pid) return session.n;
  return 0;
}

}  // namespace

LockWatch::LockWatch(std::string conninfo, std::function<std::vector<record::Session>()> sessions)
    : conninfo_(std::move(conninfo)), sessions_(std::move(sessions)), thread_([this] { watch(); }) {}

LockWatch::~LockWatch() { stop(); }

std::vector<Evidence::Deadlock> LockWatch::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  return found_;
}

void LockWatch::watch() {
  pg::Connection connection;
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, kPause, [this] { return stopping_; })) {
    lock.unlock();
    if (!connection)
      if (auto opened = pg::Connection::open(conninfo_)) connection = std::move(*opened);
    if (connection) {
      const auto rows = connection.query(kWaiting);
      const std::vector<record::Session> sessions = sessions_();
      for (int row = 0; rows && row < rows->size(); ++row) {
        const int waiting = session_of(sessions, rows->at(row, 0)),
                  holding = session_of(sessions, rows->at(row, 1));
        const double seconds = std::strtod(std::string(rows->at(row, 2)).c_str(), nullptr);
        if (waiting == 0 || holding == 0 || seconds < kPatience) continue;
        found_.push_back({waiting, holding, seconds});
        (void)connection.query("SELECT pg_catalog.pg_cancel_backend($1::int)",
                               {std::string(rows->at(row, 0))});
      }
      if (!rows) connection.close();
    }
    lock.lock();
  }
}

}  // namespace windlass::run
