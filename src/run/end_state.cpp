#include "run/end_state.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "catalog/snapshot.h"
#include "catalog/version_rows.h"
#include "pg/connection.h"
#include "run/contents.h"
#include "run/sequences_behind.h"
#include "run/table_rows.h"
#include "run/version_tables.h"

namespace windlass::run {

namespace {

/// Reads every table called `name` that has a column version_num.
base::Result<VersionRows> read_version_rows(pg::Connection& connection, const std::string& name) {
  VersionRows result;
  for (const auto& [schema, table] : WINDLASS_TRY(version_tables(connection, name))) {
    result.tables.push_back(fmt::format("{}.{}", schema, table));
    const std::vector<std::string> rows = WINDLASS_TRY(catalog::read_version_rows(connection, schema, table));
    result.versions.insert(result.versions.end(), rows.begin(), rows.end());
  }
  std::sort(result.versions.begin(), result.versions.end());
  result.versions.erase(std::unique(result.versions.begin(), result.versions.end()), result.versions.end());
  return result;
}

/// Where nothing else wants the processor, over two new connections at a time.
base::Result<catalog::Snapshot> read_catalog(const ScratchPlace& place, const std::string& database,
                                             const std::function<void(pg::Connection&)>& also) {
  pg::Connection* const standing = place.standing_connection(database);
  if (standing == nullptr) return catalog::read_quiet_snapshot(place.conninfo(database), also);
  also(*standing);
  return catalog::read_snapshot(*standing, catalog::Asked::Again);
}

}  // namespace

LeftState known_of(const EndState& end) {
  LeftState known;
  for (const DatabaseEnd& database : end.databases) {
    if (database.catalog) known.catalogs[database.visited.database] = *database.catalog;
    if (database.contents) known.contents[database.visited.database] = *database.contents;
  }
  if (end.server_wide) known.server_wide = end.server_wide->after;
  return known;
}

EndState read_end_state(const ScratchPlace& place, const std::string& version_table, AlsoRead also) {
  EndState end;
  const std::vector<ScratchPlace::Visited> visited = place.visited();
  if (visited.empty()) return end;
  pg::Connection* const standing = place.standing_connection(visited.front().database);
  std::future<std::optional<ServerWideReads>> server_wide;
  if (standing == nullptr)
    server_wide = std::async(std::launch::async, [&place] { return place.read_server_wide(); });
  for (const ScratchPlace::Visited& database : visited) {
    DatabaseEnd found{database, {}, {}, {}, {}, {}};
    bool there = false;
    const auto read_rows = [&](pg::Connection& connection) {
      there = true;
      found.sequences_behind = sequences_behind(connection);
      if (also.contents) found.contents = read_contents(connection);
      if (also.rows)
        if (auto rows = read_table_rows(connection, version_table)) found.rows = std::move(*rows);
      if (version_table.empty()) return;
      if (auto rows = read_version_rows(connection, version_table)) found.version = std::move(*rows);
    };
    auto catalog = read_catalog(place, database.database, read_rows);
    if (catalog) found.catalog = std::move(*catalog);
    if (there) end.databases.push_back(std::move(found));
  }
  end.server_wide =
      standing == nullptr ? server_wide.get() : place.read_server_wide(*standing, catalog::Asked::Again);
  return end;
}

void EndReading::begin(size_t sessions, std::string version_table) {
  if (reading_.valid()) return;  // a second interpreter of the project's tells of its end, too
  sessions_ = sessions;
  version_table_ = std::move(version_table);
  reading_ = std::async(std::launch::async, [this] { return read_end_state(place_, version_table_, also_); });
}

EndState EndReading::take(size_t sessions, const std::string& version_table) {
  if (reading_.valid()) {
    EndState read = reading_.get();
    if (sessions == sessions_ && version_table == version_table_) return read;
  }
  return read_end_state(place_, version_table, also_);
}

}  // namespace windlass::run
