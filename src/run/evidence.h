// Everything one run of a chain left behind: what the rules of `diagnose` read.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/location.h"
#include "catalog/fact.h"
#include "chain/chain.h"
#include "record/recording.h"
#include "run/models_made.h"

namespace windlass::run {

/// One frame of a Python traceback, outermost first.
struct Frame {
  base::Location location;
  std::string function;
  std::string text;  ///< the source line, trimmed
  bool in_project = false;
};

struct PythonException {
  std::string type;  ///< qualified: "sqlalchemy.exc.ProgrammingError"
  std::string message;
  /// Where it left the tool: "config", "graph", "environment" (env.py), "revision", "tool".
  std::string phase;
  std::string revision;  ///< the revision being applied; empty outside one
  std::vector<Frame> frames;
  /// The names that a KeyError or settings error asked for, and those its like would ask for next.
  std::vector<std::string> missing_keys;
  std::string missing_module;  ///< of a ModuleNotFoundError
  int exit_code = 1;           ///< what the bare tool's process would have returned
  bool first = false;          ///< no other was raised before it, or caught where it was raised
};

/// As Python prints it: "KeyError: 'URL'"; its type alone where it has no message, as an assertion's.
std::string to_string(const PythonException& exception);

/// One construction of an enum type in the project's Python code.
struct EnumSeen {
  std::string name;
  std::string type_class;  ///< "sqlalchemy.Enum" or "postgresql.ENUM"
  std::vector<std::string> labels;
  std::optional<bool> create_type;  ///< as given by the caller
  bool metadata = false;            ///< metadata= was given
  bool native = true;
  base::Location at;
  std::string revision;
};

/// A column that was given an enum type, or a call of the type's create(): with the labels that the source
/// gives the type there. The statement itself bears the type's name alone.
struct EnumUse {
  std::string how;  ///< "column", "create"
  std::string schema, name;
  std::vector<std::string> labels;
  base::Location at;  ///< the place that the statement bears, too
  std::string revision;
};

/// A sequence whose next values are in the column already that takes its default from it.
struct SequenceBehind {
  std::string sequence, table, column;  ///< the first two qualified
  std::string key;                      ///< the unique index or primary key that the value violates
  std::string next;                     ///< the value that the sequence gives next
  std::string taken;                    ///< the first of its next values that is in the column
  int64_t insert = 1;                   ///< how many inserts it takes to come to that value: 1, the next one
};

inline constexpr size_t kRowDigest = 16;

/// What stood in a table: run/table_rows.h.
struct RowsOfTable {
  int64_t count = 0;
  /// Of the values of each column that is compared, in no order; none where too much stands there.
  std::map<std::string, std::string> columns;
  /// A digest of each row, kRowDigest characters long, in their own order: equal where two tables hold the
  /// same rows, whatever theirs and whenever they were written. Empty where too much stands there.
  std::string rows;
};
/// By qualified name. A table that is not named holds no row.
using TableRows = std::map<std::string, RowsOfTable>;

/// A table as the project's models (target_metadata) define it.
struct ModelTable {
  std::string schema, name;  ///< schema: empty where the models give none
  std::vector<std::string> columns;
};

/// One call of a driver's connect function.
struct ConnectSeen {
  std::string driver;   ///< "psycopg2", "psycopg", "asyncpg", "pg8000"
  bool direct = false;  ///< not through an engine of SQLAlchemy
  std::string target;   ///< what the project asked for, without password: "host:port/database"
  std::string revision;
  base::Location at;
};

/// A revision's upgrade (or downgrade) as the tool walked it.
struct Step {
  std::string revision;
  std::string direction = "upgrade";
  double started = 0, ended = 0;
  bool finished = false;
  bool from_cache = false;  ///< what it sent in an earlier run was sent again (run/reuse.h)
};

struct ToolVersions {
  std::string command = "alembic";  ///< what the bare tool is called by: "alembic", "flask db"
  std::string python, interpreter, alembic, sqlalchemy, driver;  ///< driver: "psycopg2 2.9.5"
  std::string user;                                              ///< the system user it ran as
};

/// How the tool was configured by the project's env.py.
struct MigrationSettings {
  bool configured = false;  ///< context.configure was reached
  bool transaction_per_migration = false;
  bool transactional_ddl = true;
  std::string version_table = "alembic_version";
  std::string version_table_schema;
};

enum class Isolation { Namespace, Drivers, None };
/// "namespace", "drivers", "none".
std::string to_string(Isolation isolation);

struct Input {
  std::string file;
  std::string digest;
};

/// Something that Python saw happen, and where.
struct Seen {
  std::string what;
  base::Location at;
};

/// A Python module that is no part of the project.
struct Module {
  std::string name, file;
};

struct Evidence {
  std::string scenario = "clean";
  chain::Chain chain;
  std::vector<chain::Problem> graph_problems;
  record::Recording recording;
  ToolVersions tool;
  MigrationSettings settings;
  Isolation isolation = Isolation::None;
  std::string server_version;  ///< "15.18"
  std::string server_user;     ///< the system user it ran as; empty for a server that was given
  std::string database, role;

  std::vector<Step> steps;
  std::vector<EnumSeen> enums;
  std::vector<EnumUse> enum_uses;  ///< in the order in which they happened
  std::vector<ModelTable> models;  ///< read only where the run failed
  ModelsMade models_made;          ///< of a run that created the models
  std::vector<ConnectSeen> connects;
  std::optional<PythonException> exception;
  std::vector<PythonException> left;  ///< where the run goes on past failures: each ended its revision early
  bool timed_out = false;
  bool server_died = false;
  std::string server_log;  ///< of a server that died: the end of its log, secrets masked; may be empty
  int exit_code = 0;       ///< of the tool's process
  int exit_signal = 0;
  std::string out, err;  ///< the tool's own output, masked
  double seconds = 0;

  catalog::Snapshot before, after;  ///< full reads; `after` only when the server answered
  bool after_read = false;
  std::map<std::string, catalog::Snapshot> elsewhere;  ///< the same of the run's other databases
  std::vector<std::string> self_check;                 ///< sentences: where effects and the full read differ
  std::vector<std::string> versions;                   ///< rows of the version table at the end
  std::vector<std::string> version_tables;             ///< every table of that name, qualified
  std::vector<SequenceBehind> sequences_behind;        ///< at the end; none where they could not be read
  std::optional<TableRows> rows_after;                 ///< at the end; only where asked for, if readable
  /// Extensions that the server could create; looked for only where the run failed.
  std::vector<std::string> extensions_available;
  std::vector<Input> inputs;
  std::vector<Module> libraries;  ///< only where they were asked for, in the order of their import
  /// Sources around the project that are no part of the chain; looked for only where the run failed.
  std::vector<std::string> other_sources;
  std::vector<Seen> network_attempts;  ///< other hosts the project tried to reach
  std::vector<Seen> children;          ///< programs it started
  std::vector<Seen> other_databases;   ///< databases that are not PostgreSQL and that it asked for
  std::vector<std::string> remarks;    ///< what the recorder or the Python part could not follow
  /// Sessions found waiting on one another: {waiting, holding} (Session::n), and for how many seconds.
  struct Deadlock {
    int waiting = 0, holding = 0;
    double seconds = 0;
  };
  std::vector<Deadlock> deadlocks;
};

/// Whether an exception carries the words of a statement's error.
bool tells_of(const PythonException& exception, const record::Statement& statement);

/// Whether the tool ended well, by its exit.
bool succeeded(const Evidence& evidence);

}  // namespace windlass::run
