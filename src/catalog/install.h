// What windlass installs in every database of a scratch server: the event
// triggers that report what each command touched (sql/install.sql).
#pragma once

#include <string>

namespace windlass::catalog {

/// The SQL to run once in a database, as a superuser, before the project's chain. The triggers do nothing
/// until the setting pg_windlass.token is set. `server_major`: 13 to 18.
std::string install_sql(int server_major);

}  // namespace windlass::catalog
