#include "run/ask_again.h"

#include <utility>

#include "pg/connection.h"
#include "run/version_tables.h"

namespace windlass::run {

namespace {

/// What the role or the database gives each session, and the client may be told at once.
constexpr const char* kGiven =
    "SELECT name, setting FROM pg_catalog.pg_settings WHERE context IN ('user', 'superuser')"
    " AND source IN ('configuration file', 'global', 'database', 'user', 'database user')"
    " AND name !~ '^pg_windlass' ORDER BY name";

class Answers {
 public:
  void add(std::string_view text) { all_.append(std::to_string(text.size())).append(":").append(text); }
  void add(const pg::Rows& rows) {
    add(std::to_string(rows.size()));
    for (int column = 0; column < rows.columns(); ++column) add(rows.name(column));
    for (int row = 0; row < rows.size(); ++row)
      for (int column = 0; column < rows.columns(); ++column) {
        add(rows.is_null(row, column) ? "null" : "value");
        add(rows.at(row, column));
      }
  }
  void add(const pg::ServerError& error) {
    for (const std::string* part :
         {&error.sqlstate, &error.message, &error.detail, &error.where, &error.schema, &error.table,
          &error.column, &error.data_type, &error.constraint})
      add(*part);
  }
  std::string take() { return std::move(all_); }

 private:
  std::string all_;
};

base::Result<std::optional<std::string>> asked(pg::Connection& connection, const StopScript& script,
                                               const std::string& version_table) {
  Answers answers;
  answers.add(WINDLASS_TRY(connection.query(kGiven)));
  WINDLASS_CHECK(connection.execute("BEGIN"));
  WINDLASS_CHECK(enter_versions(connection, version_table, "", {}));
  for (const std::string& read : script.reads) {
    // The end of the savepoint ends what it forbids, and keeps what the statement set.
    WINDLASS_CHECK(connection.execute("SAVEPOINT windlass_look; SET TRANSACTION READ ONLY"));
    answers.add(WINDLASS_TRY(connection.query(read)));
    WINDLASS_CHECK(connection.execute("RELEASE SAVEPOINT windlass_look"));
  }
  const auto stopped = connection.attempt(script.stop);
  if (stopped) return std::optional<std::string>();
  const pg::ServerError& error = stopped.error();
  if (error.sqlstate != script.refused.sqlstate || error.message != script.refused.message ||
      error.detail != script.refused.detail)
    return std::optional<std::string>();
  answers.add(error);
  return std::optional(answers.take());
}

}  // namespace

std::optional<std::string> ask_again(scratch::Server& server, const StopScript& script,
                                     const std::string& version_table) {
  auto connection =
      pg::Connection::open(server.conninfo(script.database, script.role) + " options='-c lock_timeout=2s'");
  if (!connection) return std::nullopt;
  auto answers = asked(*connection, script, version_table);
  // Nothing of it is open any more when the next run begins.
  (void)connection->execute("ROLLBACK");
  return answers ? std::move(*answers) : std::nullopt;
}

}  // namespace windlass::run
