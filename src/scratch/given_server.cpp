#include "scratch/given_server.h"

#include <fmt/core.h>

#include "base/digest.h"
#include "base/secrets.h"
#include "base/text.h"
#include "pg/connection.h"

namespace windlass::scratch {

namespace {

using pg::quote_identifier;
using pg::quote_literal;

constexpr char kPrefix[] = "windlass_";
constexpr char kComment[] = "windlass: a throwaway database";

/// Databases that dead runs of this role left: name, comment and owner are ours.
constexpr char kLeftOver[] =
    "SELECT d.datname FROM pg_catalog.pg_database d"
    " WHERE d.datname ~ '^windlass_[0-9a-f]{16}$'"
    " AND d.datdba = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user)"
    " AND pg_catalog.shobj_description(d.oid, 'pg_database') = $1"
    " AND pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended(d.datname, 0))";

base::Error about(base::Error error, std::string attempted, std::string on) {
  error.attempted = std::move(attempted);
  error.on = std::move(on);
  return error;
}

}  // namespace

struct GivenServer::Impl {
  GivenOptions options;
  pg::Connection connection;  // holds the advisory locks; in the database that the URL names
  std::string role, version;
  bool superuser = false;
  std::vector<std::string> databases;

  base::Result<void> drop(const std::string& name) {
    const char* force = connection.server_version() >= 130000 ? " WITH (FORCE)" : "";
    return connection.execute(fmt::format("DROP DATABASE IF EXISTS {}{}", quote_identifier(name), force));
  }

  base::Result<void> lock(const std::string& name) {
    return connection.execute(fmt::format(
        "SELECT pg_catalog.pg_advisory_lock(pg_catalog.hashtextextended({}, 0))", quote_literal(name)));
  }

  base::Result<void> sweep() {
    const pg::Rows rows = WINDLASS_TRY(connection.query(kLeftOver, {kComment}));
    for (int i = 0; i < rows.size(); ++i) {
      const std::string name(rows.at(i, 0));
      // Not being able to is no reason not to work.
      if (auto dropped = drop(name); !dropped) continue;
      WINDLASS_TRY(connection.query(
          "SELECT pg_catalog.pg_advisory_unlock(pg_catalog.hashtextextended($1, 0))", {name}));
    }
    return {};
  }
};

GivenServer::GivenServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
GivenServer::GivenServer(GivenServer&&) noexcept = default;

GivenServer& GivenServer::operator=(GivenServer&& other) noexcept {
  std::swap(impl_, other.impl_);
  return *this;
}

GivenServer::~GivenServer() {
  // Nobody is left to be told; the next run sweeps.
  if (impl_) [[maybe_unused]]
    const auto closed = close();
}

base::Result<GivenServer> GivenServer::open(GivenOptions options) {
  auto impl = std::make_unique<Impl>();
  impl->connection = WINDLASS_TRY(pg::Connection::open(options.url));
  const pg::Rows rows =
      WINDLASS_TRY(impl->connection.query("SELECT rolname, rolsuper, rolcreatedb OR rolsuper FROM "
                                          "pg_catalog.pg_roles WHERE rolname = current_user"));
  impl->role = rows.size() > 0 ? std::string(rows.at(0, 0)) : "";
  impl->superuser = rows.size() > 0 && rows.at(0, 1) == "t";
  if (rows.size() == 0 || rows.at(0, 2) != "t")
    return base::fail({"use the given server", base::mask_url(options.url),
                       fmt::format("role {} may not make databases", impl->role),
                       fmt::format("Give it that right with `ALTER ROLE {} CREATEDB`, or another role.",
                                   quote_identifier(impl->role)),
                       base::Exit::CouldNotLook});
  impl->version = impl->connection.server_version_text();
  impl->options = std::move(options);
  WINDLASS_CHECK(impl->sweep());
  return GivenServer(std::move(impl));
}

int GivenServer::major() const { return impl_->connection.server_version() / 10000; }
const std::string& GivenServer::version() const { return impl_->version; }
const std::string& GivenServer::role() const { return impl_->role; }
bool GivenServer::superuser() const { return impl_->superuser; }
const std::vector<std::string>& GivenServer::databases() const { return impl_->databases; }

std::string GivenServer::conninfo(const std::string& database) const {
  return pg::with_database(impl_->options.url, database);
}

base::Result<std::string> GivenServer::create_database(const std::string& prepare_sql) {
  const std::string name = kPrefix + base::random_hex(8);
  const std::string quoted = quote_identifier(name);
  pg::Connection& connection = impl_->connection;
  WINDLASS_CHECK(impl_->lock(name));
  // template1 first: a container may keep its extensions there.
  auto made = connection.execute(fmt::format("CREATE DATABASE {} ENCODING 'UTF8'", quoted));
  if (!made)
    made = connection.execute(fmt::format(
        "CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'", quoted));
  if (!made)
    return base::fail(about(made.error(), "make a scratch database on the given server",
                            base::mask_url(impl_->options.url)));
  impl_->databases.push_back(name);
  WINDLASS_CHECK(
      connection.execute(fmt::format("COMMENT ON DATABASE {} IS {}", quoted, quote_literal(kComment))));
  if (!impl_->options.token.empty())
    WINDLASS_CHECK(connection.execute(fmt::format("ALTER DATABASE {} SET pg_windlass.token = {}", quoted,
                                                  quote_literal(impl_->options.token))));
  if (prepare_sql.empty()) return name;
  auto inside = WINDLASS_TRY(pg::Connection::open(conninfo(name)));
  if (auto prepared = inside.execute(prepare_sql); !prepared) {
    base::Error error = about(prepared.error(), "prepare a scratch database on the given server",
                              base::mask_url(impl_->options.url));
    if (!impl_->superuser)
      error.hint = fmt::format(
          "Seeing what statements do needs event triggers, which only a superuser may make: "
          "give a role that is one (role {} is not).",
          impl_->role);
    return base::fail(std::move(error));
  }
  return name;
}

base::Result<void> GivenServer::close() {
  std::vector<std::string> left;
  base::Error last;
  for (const std::string& name : std::exchange(impl_->databases, {})) {
    auto dropped = impl_->drop(name);
    if (!dropped) {
      // The connection may have been lost meanwhile (the server was restarted, a chain killed every session).
      if (auto again = pg::Connection::open(impl_->options.url)) {
        impl_->connection = std::move(*again);
        dropped = impl_->drop(name);
      }
    }
    if (!dropped) {
      left.push_back(name);
      last = dropped.error();
    }
  }
  if (left.empty()) return {};
  return base::fail({"drop scratch databases on the given server", base::join(left, ", "), last.got,
                     "Drop them by hand, or let the next run do it.", base::Exit::CouldNotLook});
}

}  // namespace windlass::scratch
