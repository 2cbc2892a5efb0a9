#include "catalog/pooler.h"

#include <array>
#include <chrono>
#include <future>

namespace windlass::catalog {

namespace {

constexpr std::chrono::seconds kPatience{1};

base::Result<std::string> session_of(pg::Connection& connection) {
  const pg::Rows rows = WINDLASS_TRY(connection.query("SELECT pg_catalog.pg_backend_pid()"));
  return std::string(rows.at(0, 0));
}

}  // namespace

base::Result<bool> is_pooled(pg::Connection& connection) {
  return WINDLASS_TRY(session_of(connection)) != std::to_string(connection.backend_pid());
}

base::Result<bool> shares_sessions(const std::string& conninfo) {
  pg::Connection first = WINDLASS_TRY(pg::Connection::open(conninfo));
  if (!WINDLASS_TRY(is_pooled(first))) return false;
  pg::Connection second = WINDLASS_TRY(pg::Connection::open(conninfo));
  std::array<std::string, 2> known = {WINDLASS_TRY(session_of(first)), ""};
  auto answer = std::async(std::launch::async, [&second] { return session_of(second); });
  if (answer.wait_for(kPatience) != std::future_status::ready) {
    // Where sessions are shared, the first client would have to wait behind the second one.
    const auto again = session_of(first);
    const bool kept =
        again && *again == known[0] && answer.wait_for(std::chrono::seconds(0)) != std::future_status::ready;
    if (kept || !again) {
      first.close();  // whose session it waits for
      answer.wait();
      if (!again) return base::fail(again.error());
      return false;
    }
  }
  known[1] = WINDLASS_TRY(answer.get());
  if (known[0] == known[1]) return true;
  // Sessions that are given away come around, whether the pooler takes the last one that came back or the one
  // that has waited longest: one client has two, or two have one. Not in turns: with as many sessions as
  // clients each would meet its own.
  for (const size_t client : {1, 0, 0, 1, 0, 1, 1, 0}) {
    const std::string session = WINDLASS_TRY(session_of(client == 0 ? first : second));
    if (session != known[client]) return true;
  }
  return false;
}

}  // namespace windlass::catalog
