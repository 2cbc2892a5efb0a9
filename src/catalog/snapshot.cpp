#include "catalog/snapshot.h"

#include <algorithm>
#include <future>
#include <iterator>
#include <span>

#include "catalog/readers.h"

namespace windlass::catalog {

namespace {

constexpr const char* kOpen = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;";

using Names = std::span<const std::string>;

base::Result<Snapshot> read_with(pg::Connection& connection, Names readers, Asked asked) {
  Snapshot snapshot;
  const int major = connection.server_version() / 10000;
  for (const std::string& reader : readers) {
    const std::string sql = reader_sql(reader, "IS NOT NULL", major);
    const pg::Rows rows =
        WINDLASS_TRY(asked == Asked::Again ? connection.query_prepared(sql) : connection.query(sql));
    add_facts(rows, snapshot);
  }
  return snapshot;
}

base::Result<Snapshot> read_part(pg::Connection& connection, Names readers, Asked asked = Asked::Once) {
  WINDLASS_CHECK(connection.execute(kOpen + pinned_settings()));
  auto snapshot = read_with(connection, readers, asked);
  auto closed = connection.execute("ROLLBACK");
  if (snapshot && !closed) return base::fail(std::move(closed).error());
  return snapshot;
}

}  // namespace

base::Result<Snapshot> read_snapshot(pg::Connection& connection, Asked asked) {
  Snapshot snapshot = WINDLASS_TRY(read_part(connection, reader_names(), asked));
  snapshot.sort();
  return snapshot;
}

base::Result<Snapshot> read_shared(pg::Connection& connection, Asked asked) {
  static const std::vector<std::string> readers = {"shared"};
  Snapshot snapshot = WINDLASS_TRY(read_part(connection, readers, asked));
  snapshot.sort();
  return snapshot;
}

base::Result<Snapshot> read_quiet_snapshot(const std::string& conninfo,
                                           const std::function<void(pg::Connection&)>& also) {
  // Two halves that take about as long as each other.
  static const std::vector<std::string> first_half = {"relations", "privileges"};
  static const std::vector<std::string> second_half = [] {
    std::vector<std::string> names = reader_names();
    std::erase_if(names, [](const std::string& name) {
      return std::find(first_half.begin(), first_half.end(), name) != first_half.end();
    });
    return names;
  }();
  auto rest = std::async(std::launch::async, [&conninfo]() -> base::Result<Snapshot> {
    pg::Connection connection = WINDLASS_TRY(pg::Connection::open(conninfo));
    return read_part(connection, second_half);
  });
  const auto read_first = [&]() -> base::Result<Snapshot> {
    pg::Connection connection = WINDLASS_TRY(pg::Connection::open(conninfo));
    also(connection);
    return read_part(connection, first_half);
  };
  auto first = read_first();
  auto second = rest.get();
  if (!first) return first;
  if (!second) return second;
  std::move(second->facts.begin(), second->facts.end(), std::back_inserter(first->facts));
  first->sort();
  return first;
}

}  // namespace windlass::catalog
