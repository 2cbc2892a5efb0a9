#include "catalog/live_read.h"

#include <fmt/core.h>

#include <algorithm>
#include <future>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/secrets.h"
#include "base/text.h"
#include "catalog/definition.h"
#include "catalog/live_only.h"
#include "catalog/members.h"
#include "catalog/platforms.h"
#include "catalog/pooler.h"
#include "catalog/readers.h"
#include "catalog/snapshot.h"
#include "pg/connection.h"

namespace windlass::catalog {

namespace {

using Texts = std::vector<std::string>;

constexpr const char* kBegin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
constexpr std::string_view kShare = "SET TRANSACTION SNAPSHOT ";
constexpr std::string_view kEverything = "IS NOT NULL";

/// What the readers have to go by.
struct Size {
  int64_t relations = 0, functions = 0;
  bool subscriptions = true;  // may be read
  bool extensions = false;    // some, with members
};

std::string text_of(std::string_view name) {
  return std::string(base::embedded_text(embedded_files(), "sql/" + std::string(name) + ".sql"));
}

/// Waiting is bounded; a transaction that waits for the other connection is not ended for it.
std::string patience(const LiveReadOptions& options) {
  return fmt::format(
      "SELECT pg_catalog.set_config('lock_timeout', '{}ms', true), "
      "pg_catalog.set_config('idle_in_transaction_session_timeout', '0', true)",
      options.lock_wait.count());
}

/// What to do about what the server, or what stands before it, came back with; empty where that says it all.
std::string advice(const base::Error& error) {
  if (error.got.starts_with("55P03"))
    return "Somebody holds a table in ACCESS EXCLUSIVE (a migration that is running?); see pg_locks, or wait "
           "longer: --lock-wait 60s.";
  if (error.got.starts_with("40001"))
    return "A standby ends a read that is in the way of what it replays: try again, read the primary, or "
           "give "
           "the standby more time (max_standby_streaming_delay).";
  if (error.on.starts_with(kShare))
    return "A large database is read over two connections, and the second one came to another server (a load "
           "balancer?): name one server.";
  if (base::contains(error.got, "statement pooling"))
    return "PgBouncer gives each statement a connection of its own here: read the server itself, or through "
           "pool_mode = transaction or session.";
  if (base::contains(error.got, "query_wait_timeout"))
    return "PgBouncer had no connection left, and a large database is read over two connections at once: "
           "give "
           "the pool more (default_pool_size), or read the server itself.";
  return error.hint;
}

base::Error could_not(base::Error error, const std::string& database) {
  error.hint = advice(error);
  error.attempted = "read the catalog";
  error.on = database;
  return error;
}

/// What only this read asks: attributes and facts of no reader, and members of extensions.
Texts more_sql(int major, const Size& size) {
  Texts all = live_only_sql(major);
  if (!size.extensions) return all;
  const Texts members = members_sql(major, size.subscriptions);
  all.insert(all.end(), members.begin(), members.end());
  return all;
}

void add_more(const std::vector<pg::Rows>& answers, Snapshot& snapshot) {
  constexpr std::ptrdiff_t kLiveOnly = 2;
  add_live_only({answers.begin(), answers.begin() + kLiveOnly}, snapshot);
  if (answers.begin() + kLiveOnly != answers.end())
    add_members({answers.begin() + kLiveOnly, answers.end()}, snapshot);
}

/// Everything in one transaction, in one round trip. `opening`: its beginning; empty: it is open, and stays
/// so.
base::Result<Snapshot> read_at_once(pg::Connection& connection, const Size& size, const Texts& opening) {
  Texts statements = opening;
  const int major = connection.server_version() / 10000;
  for (const std::string& reader : reader_names())
    statements.push_back(reader_sql(reader, kEverything, major, size.subscriptions));
  const size_t readers_end = statements.size();
  const Texts more = more_sql(major, size);
  statements.insert(statements.end(), more.begin(), more.end());
  const auto more_end = static_cast<std::ptrdiff_t>(statements.size());
  if (!opening.empty()) statements.emplace_back("COMMIT");
  const auto rows = WINDLASS_TRY(connection.query_all(statements));
  Snapshot snapshot;
  for (size_t i = opening.size(); i < readers_end; ++i) add_facts(rows[i], snapshot);
  add_more({rows.begin() + static_cast<std::ptrdiff_t>(readers_end), rows.begin() + more_end}, snapshot);
  return snapshot;
}

/// Ranges of object ids with at most `chunk` rows of `catalog` each; together all there can be.
base::Result<Texts> ranges(pg::Connection& connection, std::string_view catalog, int64_t chunk) {
  const pg::Rows rows = WINDLASS_TRY(connection.query(
      fmt::format("SELECT oid FROM (SELECT oid, pg_catalog.row_number() OVER (ORDER BY oid) AS n "
                  "FROM pg_catalog.{} WHERE oid >= 16384) x WHERE n % {} = 0 ORDER BY oid",
                  catalog, chunk)));
  Texts result;
  std::string from = "0";
  for (int i = 0; i < rows.size(); ++i) {
    result.push_back(fmt::format("BETWEEN {} AND {}", from, rows.at(i, 0)));
    from = std::string(rows.at(i, 0)) + " + 1";
  }
  result.push_back(fmt::format("BETWEEN {} AND 4294967295", from));
  return result;
}

/// Which catalog a reader may be split by; empty: it is read whole.
std::string_view splits_by(const std::string& reader) {
  if (reader == "relations" || reader == "details") return "pg_class";
  return reader == "functions" ? "pg_proc" : "";
}

/// Over a second connection, a short transaction for each part, all of one snapshot: the locks that rendering
/// takes are given back after each.
base::Result<Snapshot> read_in_parts(const std::string& conninfo, pg::Connection& first, const Size& size,
                                     const LiveReadOptions& options, const std::string& exported) {
  std::map<std::string_view, Texts> parts = {{"", {std::string(kEverything)}}};
  for (const std::string_view catalog : {"pg_class", "pg_proc"})
    parts[catalog] = WINDLASS_TRY(ranges(first, catalog, options.chunk));
  pg::Connection second = WINDLASS_TRY(pg::Connection::open(conninfo));
  const int major = second.server_version() / 10000;
  const std::string shared = std::string(kShare) + pg::quote_literal(exported);
  Snapshot snapshot;
  for (const std::string& reader : reader_names())
    for (const std::string& part : parts[splits_by(reader)]) {
      const Texts statements = {kBegin,
                                shared,
                                pinned_settings(),
                                patience(options),
                                reader_sql(reader, part, major, size.subscriptions),
                                "COMMIT"};
      const auto rows = WINDLASS_TRY(second.query_all(statements));
      add_facts(rows[4], snapshot);
    }
  return snapshot;
}

/// What a role sets in this database.
void name_current(Fact& role, const std::string& database) {
  auto definition = nlohmann::json::parse(role.definition, nullptr, false);
  if (!definition.is_object() || !definition.contains("settings")) return;
  const std::string here = "in " + database + ": ";
  for (auto& setting : definition["settings"])
    if (auto text = setting.get<std::string>(); text.starts_with(here))
      setting = "in current: " + text.substr(here.size());
  role.definition = canonical(definition);
}

/// The facts of roles and tablespaces, and of this database alone, whose name is not to matter.
void take_shared(Snapshot shared, const std::string& database, Snapshot& snapshot) {
  for (Fact& fact : shared.facts) {
    const std::string self = "database " + database;
    if (fact.object.kind == "database") {
      if (fact.object.name != database) continue;
      fact.object.name = "current";
    } else if (fact.object.kind == "role") {
      name_current(fact, database);
    } else if (fact.object.name.starts_with("database ")) {
      if (fact.object.name != self) continue;
      fact.object.name = "database current";
    }
    snapshot.facts.push_back(std::move(fact));
  }
}

base::Result<void> add_positions(pg::Connection& connection, LiveRead& read) {
  const pg::Rows rows = WINDLASS_TRY(connection.query(text_of("positions")));
  std::map<std::string, std::optional<int64_t>> positions;
  for (int i = 0; i < rows.size(); ++i) {
    const std::string name(rows.at(i, 0));
    if (rows.at(i, 2) != "t")
      read.not_visible.push_back({{"sequence", name}, "its position needs USAGE or SELECT on it"});
    else
      positions[name] =
          rows.is_null(i, 1) ? std::nullopt : std::optional(std::stoll(std::string(rows.at(i, 1))));
  }
  for (Fact& fact : read.snapshot.facts) {
    const auto found = fact.object.kind == "sequence" ? positions.find(fact.object.name) : positions.end();
    if (found == positions.end()) continue;
    auto definition = nlohmann::json::parse(fact.definition, nullptr, false);
    if (!definition.is_object()) continue;
    definition["position"] = found->second ? nlohmann::json(*found->second) : nlohmann::json("not used yet");
    fact.definition = canonical(definition);
  }
  return {};
}

/// What `live.sql` says besides the facts.
base::Result<Size> take_inventory(pg::Connection& connection, LiveRead& read) {
  const pg::Rows rows = WINDLASS_TRY(connection.query(text_of("live")));
  Size size;
  for (int i = 0; i < rows.size(); ++i) {
    const std::string_view what = rows.at(i, 0);
    const std::string name(rows.at(i, 1));
    const int64_t count = rows.is_null(i, 2) ? 0 : std::stoll(std::string(rows.at(i, 2)));
    if (what == "database") {
      read.database = name;
      read.standby = rows.at(i, 3) == "true";
    } else if (what == "relations") {
      size.relations = count;
    } else if (what == "functions") {
      size.functions = count;
    } else if (what == "extension") {
      read.ignored.push_back({"extension " + name, static_cast<size_t>(count)});
      size.extensions = true;
    } else if (what == "windlass") {
      if (count > 0) read.ignored.push_back({"windlass", static_cast<size_t>(count)});
    } else if (what == "large objects") {
      if (count > 0)
        read.not_modelled.push_back({{"large object", ""}, fmt::format("{}; they are data", count)});
    } else if (what == "user mapping") {
      read.not_visible.push_back(
          {{"user mapping", name}, "its options are for its user, the server's owner and superusers to see"});
    } else if (what == "subscriptions") {
      size.subscriptions = rows.at(i, 3) == "true";
    } else if (what == "subscription") {
      read.not_visible.push_back(
          {{"subscription", name}, "before PostgreSQL 14 it is for superusers to see"});
    } else if (what == "catalog") {
      const pg::Rows found = WINDLASS_TRY(connection.query(fmt::format(
          "SELECT pg_catalog.count(*) FROM pg_catalog.{} WHERE oid >= 16384", pg::quote_identifier(name))));
      if (found.at(0, 0) != "0")
        read.not_modelled.push_back(
            {{"object", name},
             fmt::format("{} in a catalog that this windlass does not know", found.at(0, 0))});
    }
  }
  return size;
}

/// A companion at its reading, until it is waited for; where nobody comes to that, it is told to leave.
class Beside {
 public:
  Beside(Companion* companion, const std::string& moment) : companion_(companion) {
    if (companion != nullptr)
      reading_ = std::async(std::launch::async, [companion, moment] { companion->read(moment); });
  }
  Beside(const Beside&) = delete;
  ~Beside() {
    if (reading_.valid()) companion_->leave();
  }
  void wait() {
    if (reading_.valid()) reading_.get();
  }

 private:
  Companion* companion_;
  std::future<void> reading_;
};

base::Result<Surroundings> surroundings(pg::Connection& connection, const LiveRead& read, const Size& size) {
  const pg::Rows rows = WINDLASS_TRY(
      connection.query("SELECT pg_catalog.current_setting('max_locks_per_transaction')::int8 * "
                       "(pg_catalog.current_setting('max_connections')::int8 + "
                       "pg_catalog.current_setting('max_prepared_transactions')::int8), CURRENT_USER"));
  Surroundings there;
  there.server_version = read.server_version;
  there.relations = size.relations;
  there.locks = std::stoll(std::string(rows.at(0, 0)));
  there.role = rows.at(0, 1);
  there.pooled = WINDLASS_TRY(is_pooled(connection));
  return there;
}

base::Result<LiveRead> read(const std::string& conninfo, const LiveReadOptions& options) {
  pg::Connection connection = WINDLASS_TRY(pg::Connection::open(conninfo));
  LiveRead read;
  read.server_major = connection.server_version() / 10000;
  read.server_version = connection.server_version_text();
  if (read.server_major < 13)
    return base::fail({"", "", fmt::format("the server is PostgreSQL {}", read.server_version),
                       "PostgreSQL 13 and newer can be read.", base::Exit::CouldNotLook});
  const Size size = WINDLASS_TRY(take_inventory(connection, read));
  const bool at_once = size.relations <= options.chunk && size.functions <= options.chunk;
  const Texts opening = {kBegin, pinned_settings(), patience(options)};
  const bool accompanied = options.companion != nullptr &&
                           options.companion->comes(WINDLASS_TRY(surroundings(connection, read, size)));
  if (at_once && !accompanied) {
    read.snapshot = WINDLASS_TRY(read_at_once(connection, size, opening));
  } else {
    WINDLASS_CHECK(connection.query_all(opening));
    const pg::Rows exported = WINDLASS_TRY(connection.query("SELECT pg_catalog.pg_export_snapshot()"));
    const std::string moment(exported.at(0, 0));
    Beside beside(accompanied ? options.companion : nullptr, moment);
    if (at_once) {
      read.snapshot = WINDLASS_TRY(read_at_once(connection, size, {}));
    } else {
      read.snapshot = WINDLASS_TRY(read_in_parts(conninfo, connection, size, options, moment));
      add_more(WINDLASS_TRY(connection.query_all(more_sql(read.server_major, size))), read.snapshot);
    }
    beside.wait();
    WINDLASS_CHECK(connection.execute("COMMIT"));
  }
  // Large objects are data, and so is what is said of them.
  std::erase_if(read.snapshot.facts,
                [](const Fact& fact) { return fact.object.name.starts_with("large object "); });
  read.live_only = true;
  auto platforms = leave_out_platforms(read.snapshot);
  std::move(platforms.begin(), platforms.end(), std::back_inserter(read.ignored));
  if (options.sequence_positions) WINDLASS_CHECK(add_positions(connection, read));
  if (options.roles) take_shared(WINDLASS_TRY(read_shared(connection)), read.database, read.snapshot);
  read.snapshot.sort();
  return read;
}

}  // namespace

base::Result<LiveRead> read_live(const std::string& conninfo, const LiveReadOptions& options) {
  auto done = read(conninfo, options);
  if (!done && done.error().attempted != "connect to PostgreSQL")
    return base::fail(could_not(std::move(done).error(), base::mask_url(conninfo)));
  return done;
}

}  // namespace windlass::catalog
