// Whether a connection pooler stands before a server, and what it does with sessions.
#pragma once

#include <string>

#include "base/error.h"
#include "pg/connection.h"

namespace windlass::catalog {

/// Whether the server's session is another one than the connection says: a pooler gives its clients numbers
/// of its own.
base::Result<bool> is_pooled(pg::Connection& connection);

/// Whether what one client sets for its session can come to another one: a pooler that gives each transaction
/// any session (or each statement). One that keeps a session for a client until its end puts it in order
/// before it gives it to another. Two connections; nothing is set.
base::Result<bool> shares_sessions(const std::string& conninfo);

/// Why no pg_dump is started there.
constexpr const char* kSessionsAreShared =
    "a connection pooler that shares sessions (pool_mode = transaction or statement) stands before the "
    "server, "
    "and what pg_dump sets for its session may stay in connections that others get";

}  // namespace windlass::catalog
