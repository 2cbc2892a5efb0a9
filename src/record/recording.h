// A recording: what the recorder saw, as values. docs/formats.md describes the
// JSON form of it (windlass.record/1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/location.h"
#include "catalog/effect.h"
#include "catalog/event.h"
#include "record/boxed.h"

namespace windlass::record {

/// Where in the project a statement came from, as the Python part saw it on the stack.
struct Source {
  base::Location location;  ///< the place in the revision's file, or else the nearest place in the project
  std::string revision;     ///< the revision being applied; empty outside one
  /// What was called there: an operation of Alembic ("create_table", "execute"),
  /// "Enum.create", "Table.create", "MetaData.create_all", "connection", "driver",
  /// or "version" for Alembic's own book-keeping.
  std::string operation;
  /// How SQLAlchemy came to send it: "auto" (a CREATE/DROP TYPE on behalf of a
  /// table), "explicit" (create() or drop() called), "checked" (after its own
  /// test whether the object is there), or empty.
  std::string emitted;
  /// Where `location` is in a revision: the place in the project's own code outside the chain that the
  /// revision called to send it. Unknown where the revision sent it itself.
  base::Location helper = {};
};

/// Fields of an ErrorResponse or NoticeResponse
/// (https://www.postgresql.org/docs/current/protocol-error-fields.html).
struct ServerMessage {
  std::string severity, sqlstate, message, detail, hint, where;
  std::string schema, table, column, data_type, constraint;
  std::string internal_query;
  int position = 0;  ///< in characters from 1; 0 when absent
  int internal_position = 0;
};

enum class Protocol { Simple, Extended };

struct Parameter {
  std::string type;                  ///< type name or OID as text; empty when unknown
  std::optional<std::string> value;  ///< only with --parameters values
  bool null = false;
};

struct Statement {
  int n = 0;            ///< from 1, in the order they were answered
  int session = 0;      ///< Session::n
  int transaction = 0;  ///< numbers the transactions of the recording from 1
  Source source;
  Protocol protocol = Protocol::Simple;
  std::string text;     ///< masked; above 1 MiB head and tail only
  uint64_t length = 0;  ///< bytes of the whole text
  std::string digest;   ///< of the whole text, only when `text` is cut
  std::vector<Parameter> parameters;
  uint64_t executions = 1;  ///< how often in a row the same prepared statement ran (Execute without new text)
  double started = 0;       ///< seconds since the recording began
  double milliseconds = 0;  ///< until the server's answer was complete
  std::string tag;          ///< CommandComplete's tag; empty when it failed or was never answered
  std::optional<int64_t> rows;  ///< the count in the tag
  Boxed<ServerMessage> error;
  /// Where the run went on past a failure: what the server said to this statement, which then seemed to
  /// succeed.
  Boxed<ServerMessage> refused;
  std::vector<ServerMessage> notices;    ///< without windlass's own lines
  std::vector<catalog::Event> events;    ///< reports of the event triggers, in order
  std::vector<catalog::Effect> effects;  ///< filled by run::fill_effects
  bool skipped = false;                  ///< never run: an error earlier in the same string or pipeline
  char status_after = 'I';               ///< 'I' idle, 'T' in a transaction, 'E' in a failed one

  bool failed() const { return error.has_value(); }
};

struct Session {
  int n = 0;
  std::string user, database, application_name;
  int backend_pid = 0;
  bool tls = false;
  double started = 0, ended = 0;
  std::string ended_by;  ///< "client", "server", "cut off", "" while open
  /// What the session did that concerns the recorder itself ("event triggers switched off").
  std::vector<std::string> remarks;
};

struct Recording {
  std::vector<Session> sessions;
  std::vector<Statement> statements;
};

}  // namespace windlass::record
