#include "scratch/identity.h"

#include <fmt/core.h>

#include "base/text.h"
#include "pg/connection.h"
#include "scratch/data_folder.h"
#include "scratch/server_impl.h"

namespace windlass::scratch {

namespace {

using pg::quote_identifier;
using pg::quote_literal;

base::Error about(base::Error error, std::string attempted, std::string on) {
  error.attempted = std::move(attempted);
  error.on = std::move(on);
  return error;
}

base::Result<bool> has(pg::Connection& connection, const char* sql, const std::string& name) {
  const pg::Rows rows = WINDLASS_TRY(connection.query(sql, {name}));
  return rows.size() > 0;
}

constexpr char kRole[] = "SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = $1";
constexpr char kDatabase[] = "SELECT 1 FROM pg_catalog.pg_database WHERE datname = $1";

constexpr char kTemplateInUse[] = "SELECT 1 FROM pg_catalog.pg_stat_activity WHERE datname = $1 LIMIT 1";

base::Result<void> make_role(pg::Connection& connection, const Identity& identity) {
  if (WINDLASS_TRY(has(connection, kRole, identity.role))) return {};
  // As the bootstrap superuser of a container has them.
  const char* attributes = identity.superuser ? " SUPERUSER CREATEDB CREATEROLE REPLICATION BYPASSRLS" : "";
  auto made =
      connection.execute(fmt::format("CREATE ROLE {} LOGIN{}", quote_identifier(identity.role), attributes));
  if (!made) return base::fail(about(made.error(), "make the project's login role", identity.role));
  return {};
}

/// A database of another encoding, or whose template is in use, begins at template0 and is prepared here.
base::Result<void> make_from_nothing(Server& server, pg::Connection& connection, const Identity& identity) {
  const std::string locale =
      base::equal_ignoring_case(identity.encoding, "UTF8")
          ? ""
          : " LC_COLLATE 'C' LC_CTYPE 'C'";  // the only one that goes with every encoding
  WINDLASS_CHECK(connection.execute(fmt::format("CREATE DATABASE {} TEMPLATE template0 ENCODING {}{}",
                                                quote_identifier(identity.database),
                                                quote_literal(identity.encoding), locale)));
  const std::string& sql = server.impl().options.prepare_sql;
  if (sql.empty()) return {};
  auto inside = WINDLASS_TRY(pg::Connection::open(server.conninfo(identity.database)));
  return inside.execute(sql);
}

base::Result<void> make_database(Server& server, pg::Connection& connection, const Identity& identity) {
  const std::string name = quote_identifier(identity.database);
  const std::string encoding = base::to_lower(base::replace_all(identity.encoding, "-", ""));
  if (encoding != "utf8" && encoding != "unicode") return make_from_nothing(server, connection, identity);
  if (WINDLASS_TRY(has(connection, kDatabase, kSpareDatabase)))
    return connection.execute(fmt::format("ALTER DATABASE {} RENAME TO {}", kSpareDatabase, name));
  // Copying a template that somebody uses makes the server wait 5 s and then refuse.
  const bool in_use = WINDLASS_TRY(has(connection, kTemplateInUse, "template1"));
  const char* strategy = connection.server_version() >= 150000 ? " STRATEGY file_copy" : "";
  if (!in_use && connection.execute(fmt::format("CREATE DATABASE {} TEMPLATE template1{}", name, strategy)))
    return {};
  return make_from_nothing(server, connection,
                           {identity.role, identity.database, "UTF8", identity.superuser});
}

base::Result<void> give_database(Server& server, pg::Connection& connection, const Identity& identity) {
  const std::string role = quote_identifier(identity.role);
  WINDLASS_CHECK(connection.execute(
      fmt::format("ALTER DATABASE {} OWNER TO {}", quote_identifier(identity.database), role)));
  if (connection.server_version() >= 150000) return {};  // the schema public follows the database's owner
  auto inside = WINDLASS_TRY(pg::Connection::open(server.conninfo(identity.database)));
  return inside.execute(fmt::format("ALTER SCHEMA public OWNER TO {}", role));
}

base::Result<std::vector<std::string>> names(const std::string& conninfo, const char* sql) {
  auto connection = WINDLASS_TRY(pg::Connection::open(conninfo));
  const pg::Rows rows = WINDLASS_TRY(connection.query(sql));
  std::vector<std::string> result;
  for (int i = 0; i < rows.size(); ++i) result.emplace_back(rows.at(i, 0));
  return result;
}

}  // namespace

base::Result<void> take_identity(Server& server, const Identity& identity) {
  if (identity.role == kSuperuser && !identity.superuser)
    return base::fail({"make the project's login role", identity.role,
                       "this name belongs to the scratch server's own superuser", "Use another role name.",
                       base::Exit::Usage});
  Server::Impl& impl = server.impl();
  const std::lock_guard lock(impl.identity_mutex);
  const bool new_role = !impl.known_roles.contains(identity.role);
  const bool new_database = !impl.known_databases.contains(identity.database);
  if (!new_role && !new_database) return {};

  if (const auto common = impl.common.oids.find(identity.database); common != impl.common.oids.end()) {
    WINDLASS_CHECK(make_own(common->second, server.folder() / "data"));
    impl.common.oids.erase(common);
  }
  // From template1 where `postgres` itself may have been renamed or dropped by the chain meanwhile.
  auto opened = pg::Connection::open(server.conninfo("postgres"));
  auto connection =
      opened ? std::move(*opened) : WINDLASS_TRY(pg::Connection::open(server.conninfo("template1")));
  if (new_role) WINDLASS_CHECK(make_role(connection, identity));
  if (new_database) {
    if (!WINDLASS_TRY(has(connection, kDatabase, identity.database)))
      if (auto made = make_database(server, connection, identity); !made)
        return base::fail(about(made.error(), "make the project's database", identity.database));
    if (auto given = give_database(server, connection, identity); !given)
      return base::fail(about(given.error(), "give the project's database to its role",
                              fmt::format("{}, {}", identity.database, identity.role)));
  }
  impl.known_roles.insert(identity.role);
  impl.known_databases.insert(identity.database);
  return {};
}

base::Result<void> take_deploying_role(const std::string& conninfo, const std::string& role,
                                       const std::string& database) {
  auto connection = WINDLASS_TRY(pg::Connection::open(conninfo));
  const std::string name = quote_identifier(role);
  const bool made = !WINDLASS_TRY(has(connection, kRole, role));
  std::string sql = fmt::format("{} ROLE {} LOGIN NOSUPERUSER;", made ? "CREATE" : "ALTER", name);
  if (made) {
    sql += fmt::format("ALTER DATABASE {} OWNER TO {};", quote_identifier(database), name);
    if (connection.server_version() < 150000) sql += fmt::format("ALTER SCHEMA public OWNER TO {};", name);
  }
  if (auto done = connection.execute(sql); !done)
    return base::fail(about(done.error(), "let the deploying role log in", role));
  return {};
}

base::Result<void> release_identity(Server& server, const Identity& identity) {
  Server::Impl& impl = server.impl();
  const std::lock_guard lock(impl.identity_mutex);
  auto connection = WINDLASS_TRY(pg::Connection::open(server.conninfo("postgres")));
  const std::string database = quote_identifier(identity.database);
  if (connection.server_version() < 150000) {  // the schema public was handed over, too
    auto inside = WINDLASS_TRY(pg::Connection::open(server.conninfo(identity.database)));
    WINDLASS_CHECK(inside.execute(fmt::format("ALTER SCHEMA public OWNER TO {}", kSuperuser)));
  }
  WINDLASS_CHECK(connection.execute(fmt::format("ALTER DATABASE {} OWNER TO {}", database, kSuperuser)));
  WINDLASS_CHECK(connection.execute(fmt::format("ALTER DATABASE {} RENAME TO {}", database, kSpareDatabase)));
  WINDLASS_CHECK(connection.execute("DROP ROLE " + quote_identifier(identity.role)));
  impl.known_roles.erase(identity.role);
  impl.known_databases.erase(identity.database);
  return {};
}

base::Result<void> apply_prerequisites(const std::string& conninfo, const std::vector<std::string>& roles,
                                       const std::vector<std::string>& extensions,
                                       const std::vector<SetupFile>& setup) {
  auto connection = WINDLASS_TRY(pg::Connection::open(conninfo));
  for (const std::string& role : roles) {
    if (WINDLASS_TRY(has(connection, kRole, role))) continue;
    if (auto made = connection.execute(fmt::format("CREATE ROLE {} NOLOGIN", quote_identifier(role))); !made)
      return base::fail(about(made.error(), "make a role the chain takes for granted", role));
  }
  for (const std::string& extension : extensions)
    if (auto made = connection.execute(
            fmt::format("CREATE EXTENSION IF NOT EXISTS {} CASCADE", quote_identifier(extension)));
        !made) {
      base::Error error = about(made.error(), "make an extension the chain takes for granted", extension);
      error.hint = fmt::format(
          "Install the package that holds {} for PostgreSQL {}, or use a server that has it "
          "with --scratch-url URL.",
          extension, connection.server_version_text());
      return base::fail(std::move(error));
    }
  for (const SetupFile& file : setup)
    if (auto done = connection.execute(file.sql); !done)
      return base::fail(about(done.error(), "run a setup file", file.name));
  return {};
}

base::Result<std::vector<std::string>> available_extensions(const std::string& conninfo) {
  return names(conninfo, "SELECT name FROM pg_catalog.pg_available_extensions ORDER BY name COLLATE \"C\"");
}

base::Result<std::vector<std::string>> existing_roles(const std::string& conninfo) {
  return names(conninfo,
               "SELECT rolname FROM pg_catalog.pg_roles WHERE rolname NOT LIKE 'pg\\_%' "
               "ORDER BY rolname COLLATE \"C\"");
}

}  // namespace windlass::scratch
