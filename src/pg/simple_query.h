// A text of SQL sent as psql sends it: by the simple protocol, rows thrown away unless they are wanted, COPY
// answered without a row; and never a wait that cannot be broken off.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "pg/connection.h"

namespace windlass::pg {

struct SimpleAnswer {
  /// Why the server refused it; with an empty `sqlstate` the connection is gone.
  std::optional<ServerError> error;
  std::optional<Rows> rows;  ///< of the last command that brought some, where they are wanted
  bool copies_in = false;    ///< it was a COPY FROM STDIN: the server was told that there are no rows
  bool broken_off = false;   ///< `go_on` said no: what the server made of it is not known
};

/// Waits for the end. `go_on`: asked several times a second, and as soon as a signal comes; false cancels the
/// statement.
SimpleAnswer simple_query(Connection& connection, const std::string& sql, bool rows_wanted,
                          const std::function<bool()>& go_on);

/// How the session stands: "idle", "open" (in a transaction), "failed" (in one that can only be rolled back).
std::string transaction_state(const Connection& connection);
/// A setting that the server reports of itself ("client_encoding", "standard_conforming_strings"); empty
/// where it does not.
std::string reported(const Connection& connection, const char* setting);
}  // namespace windlass::pg
