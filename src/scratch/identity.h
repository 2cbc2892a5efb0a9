// A scratch server takes the identity of the project: its login role, its
// database, its encoding, as the project's URL would have had them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "scratch/server.h"

namespace windlass::scratch {

struct Identity {
  std::string role;
  std::string database;
  std::string encoding = "UTF8";
  bool superuser = true;  ///< as in the official container image
};

/// Makes role and database where they are missing; the role then owns the database. `postgres` and
/// `template1` are used as they are. A role or database that this server got to know once is never made
/// again: a chain that drops its database finds it gone. Thread-safe.
base::Result<void> take_identity(Server& server, const Identity& identity);

/// Lets `role`, which is no superuser, log in: made where it is missing, and then the owner of `database` as
/// a deploying role mostly is; one that is there already keeps what it has.
base::Result<void> take_deploying_role(const std::string& conninfo, const std::string& role,
                                       const std::string& database);

/// Takes back an identity of which nobody has made use: for a role and a database that take_identity made
/// from the spare one. Afterwards the server is as if they had never been asked for.
base::Result<void> release_identity(Server& server, const Identity& identity);

struct SetupFile {
  std::string name;  ///< for errors: "roles.sql"
  std::string sql;   ///< plain SQL, sent as one string
};

/// What the chain takes for granted: roles (NOLOGIN, where missing), extensions (where missing), then the
/// setup files in order. An error names the one that failed.
base::Result<void> apply_prerequisites(const std::string& conninfo, const std::vector<std::string>& roles,
                                       const std::vector<std::string>& extensions,
                                       const std::vector<SetupFile>& setup);

/// Extensions that this server can create, sorted.
base::Result<std::vector<std::string>> available_extensions(const std::string& conninfo);
/// Roles, without those of the server itself (pg_…), sorted.
base::Result<std::vector<std::string>> existing_roles(const std::string& conninfo);

}  // namespace windlass::scratch
