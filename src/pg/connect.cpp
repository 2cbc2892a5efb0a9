#include "pg/connect.h"

#include <fmt/core.h>
#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>

#include "base/text.h"

namespace windlass::pg {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using Native = std::shared_ptr<pg_conn>;

void drop_notice(void*, const pg_result*) {}

Native own(pg_conn* connection) { return {connection, ::PQfinish}; }

/// The connection option of that name as it was resolved from string, environment and service file.
std::string option(pg_conn* connection, std::string_view name) {
  std::string value;
  PQconninfoOption* const options = ::PQconninfo(connection);
  for (const PQconninfoOption* one = options; one != nullptr && one->keyword != nullptr; ++one)
    if (name == one->keyword && one->val != nullptr) value = one->val;
  ::PQconninfoFree(options);
  return value;
}

bool several_hosts(pg_conn* connection) {
  return option(connection, "host").find(',') != std::string::npos ||
         option(connection, "hostaddr").find(',') != std::string::npos;
}

/// libpq keeps connect_timeout only in its blocking calls; as there, nothing or 0 means no limit, and 2 s is
/// the shortest.
std::optional<seconds> time_limit(pg_conn* connection) {
  const int given = std::atoi(option(connection, "connect_timeout").c_str());
  if (given <= 0) return std::nullopt;
  return seconds(std::max(given, 2));
}

/// libpq's last word, without the password that the connection resolved (which a password file may hold).
std::string failure(pg_conn* connection) {
  const char* const password = ::PQpass(connection);
  std::string text = ::PQerrorMessage(connection);
  if (password == nullptr || std::strlen(password) < 3) return text;
  return base::replace_all(std::move(text), password, "***");
}

/// Waits until the socket can be read or written; false when `end` comes first.
bool wait_for(int socket, short events, std::optional<steady_clock::time_point> end) {
  while (true) {
    int left = -1;
    if (end) {
      const auto rest = std::chrono::ceil<milliseconds>(*end - steady_clock::now());
      if (rest.count() <= 0) return false;
      left = static_cast<int>(rest.count());
    }
    pollfd one{socket, events, 0};
    const int ready = ::poll(&one, 1, left);
    if (ready > 0 || (ready < 0 && errno != EINTR)) return true;  // PQconnectPoll says what is wrong
  }
}

}  // namespace

tl::expected<Native, std::string> connect(const char* const* keywords, const char* const* values) {
  Native native = own(::PQconnectStartParams(keywords, values, 1));
  if (!native) return tl::unexpected<std::string>("out of memory");
  if (::PQstatus(native.get()) != CONNECTION_BAD) {
    ::PQsetNoticeReceiver(native.get(), drop_notice, nullptr);
    if (several_hosts(native.get())) {
      // Only the blocking call goes on to the next host when one does not answer in time.
      native = own(::PQconnectdbParams(keywords, values, 1));
      if (!native) return tl::unexpected<std::string>("out of memory");
      ::PQsetNoticeReceiver(native.get(), drop_notice, nullptr);
    } else {
      const auto limit = time_limit(native.get());
      const auto end = limit ? std::optional(steady_clock::now() + *limit) : std::nullopt;
      for (auto next = PGRES_POLLING_WRITING; next == PGRES_POLLING_READING || next == PGRES_POLLING_WRITING;
           next = ::PQconnectPoll(native.get()))
        if (!wait_for(::PQsocket(native.get()), next == PGRES_POLLING_READING ? POLLIN : POLLOUT, end))
          return tl::unexpected(fmt::format("the server did not answer within {} s", limit->count()));
    }
  }
  if (::PQstatus(native.get()) != CONNECTION_OK) return tl::unexpected(failure(native.get()));
  return native;
}

}  // namespace windlass::pg
