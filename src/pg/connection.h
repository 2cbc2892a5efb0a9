// A connection to a PostgreSQL server, and the rows it returns. The only user
// of libpq besides record's upstream hand-over.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

struct pg_conn;
struct pg_result;

namespace windlass::pg {

/// The rows of one query; values as text.
class Rows {
 public:
  explicit Rows(pg_result* result);
  int size() const;
  int columns() const;
  /// The value as text; empty when null.
  std::string_view at(int row, int column) const;
  bool is_null(int row, int column) const;
  /// The name of a column.
  std::string name(int column) const;
  /// The number of the column of that name; -1 when there is none.
  int column(std::string_view name) const;

 private:
  std::shared_ptr<pg_result> result_;
};

/// What a server refused a statement with, field by field; a field it did not send is empty.
struct ServerError {
  std::string sqlstate = {}, message = {}, detail = {}, where = {}, schema = {}, table = {}, column = {},
              data_type = {}, constraint = {};
};

class Connection {
 public:
  /// `conninfo`: libpq's key=value form or a URL. Errors carry no password. Of SQL_ASCII: spelled_utf8().
  static base::Result<Connection> open(const std::string& conninfo);
  Connection() = default;
  Connection(Connection&&) noexcept = default;
  Connection& operator=(Connection&&) noexcept = default;

  /// One statement with parameters as text ($1, ...). A server error comes back as an Error whose `got`
  /// is "SQLSTATE: message (detail)".
  base::Result<Rows> query(std::string_view sql,
                           const std::vector<std::optional<std::string>>& parameters = {});
  /// As query(), for one that is asked again and again: prepared the first time.
  base::Result<Rows> query_prepared(std::string_view sql);
  /// Several statements without parameters in one round trip (libpq's pipeline mode), as far as the first
  /// that is refused: that one's error comes back, and what was sent before it has been done.
  base::Result<std::vector<Rows>> query_all(std::span<const std::string> statements);
  /// As query(), for a statement that may well be refused: the caller goes by the fields of the refusal.
  /// Where the connection itself is gone, `sqlstate` is empty.
  tl::expected<Rows, ServerError> attempt(std::string_view sql,
                                          const std::vector<std::optional<std::string>>& parameters = {});
  /// One or more statements by the simple protocol; rows are dropped.
  base::Result<void> execute(std::string_view sql);

  /// As libpq counts: 150018 for 15.18.
  int server_version() const;
  /// "15.18".
  std::string server_version_text() const;
  /// The server process of this session.
  int backend_pid() const;
  pg_conn* native() const { return connection_.get(); }
  explicit operator bool() const { return connection_ != nullptr; }
  void close() {
    connection_.reset();
    prepared_.clear();
  }

 private:
  std::shared_ptr<pg_conn> connection_;
  std::map<std::string, std::string, std::less<>> prepared_;  // text -> name
};

/// `value` quoted for a conninfo string: quote_conninfo("a b") is 'a b' in single quotes.
std::string quote_conninfo(std::string_view value);
/// `conninfo` (a URL or key=value form) as a command line may hold it: key=value form without passwords; and
/// what was taken out, by keyword ("password", "sslpassword").
struct PartedConninfo {
  std::string open;
  std::map<std::string, std::string> secret;
};
PartedConninfo part_secrets(const std::string& conninfo);
/// Database and role that a connection string names; empty where it names none, or is none.
struct NamedBy {
  std::string database, role;
};
NamedBy named_by(const std::string& conninfo);
/// `conninfo` (a URL or key=value form) leading to another database; key=value form. Holds the password, if
/// any.
std::string with_database(const std::string& conninfo, const std::string& database);
/// "name" quoted as an SQL identifier, always with double quotes.
std::string quote_identifier(std::string_view name);
/// "schema"."name".
std::string quote_identifier(std::string_view schema, std::string_view name);
/// 'text' as an SQL literal (E'' form where it holds a backslash).
std::string quote_literal(std::string_view text);

}  // namespace windlass::pg
