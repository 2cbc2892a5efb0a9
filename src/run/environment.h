// The environment of the project's process: as the caller's, but every way to
// name a database leads to the recorder.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "run/database_url.h"

namespace windlass::run {

using Variables = std::vector<std::pair<std::string, std::string>>;

/// Where settings come from, the strongest first.
struct EnvironmentSources {
  Variables flags;                   ///< --env NAME=VALUE
  std::vector<std::string> process;  ///< the caller's, as "NAME=value"
  Variables config;                  ///< [env] of windlass.toml
  Variables dotenv;                  ///< .env of the project
  std::string ini_url;               ///< sqlalchemy.url of alembic.ini; may be empty
  std::string project_name;          ///< the project's folder: names the database when nothing else does
};

/// Where the recorder listens.
struct Endpoint {
  std::filesystem::path socket_folder;
  int socket_port = 5432;
  std::string tcp_host = "127.0.0.1";
  int tcp_port = 0;
  std::string password;
};

/// The login and database that the project would have used, with its driver:
/// from DATABASE_URL (in the order of the sources), PGUSER and PGDATABASE,
/// alembic.ini; else role "postgres" and a database named after the project.
DatabaseUrl project_identity(const EnvironmentSources& sources);

/// The whole environment of the child. DATABASE_URL and PG* lead to `endpoint`;
/// values of `config` and `flags` may hold {host} {port} {user} {password}
/// {database} {url}, which stand for the recorder's.
std::vector<std::string> child_environment(const EnvironmentSources& sources, const DatabaseUrl& identity,
                                           const Endpoint& endpoint);

}  // namespace windlass::run
