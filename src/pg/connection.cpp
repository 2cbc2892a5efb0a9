// libpq, wrapped. Invariants: an error text never holds a password, a
// connection speaks UTF8 whatever the environment says (and the database, but SQL_ASCII), notices go nowhere
// (they are the recorder's business, not this one's).
#include "pg/connection.h"

#include <fmt/core.h>
#include <libpq-fe.h>

#include <cstdlib>

#include "base/secrets.h"
#include "base/spelled.h"
#include "base/text.h"
#include "pg/connect.h"

namespace windlass::pg {

namespace {

using base::Exit;

struct ClearResult {
  void operator()(pg_result* result) const { ::PQclear(result); }
};
using ResultPointer = std::unique_ptr<pg_result, ClearResult>;

base::Error not_open(std::string_view sql) {
  return {"run a statement", base::shorten(base::one_line(base::Masker().mask(sql)), 120),
          "the connection is not open", "", Exit::CouldNotLook};
}

std::string error_field(const pg_result* result, int code) {
  const char* text = result != nullptr ? ::PQresultErrorField(result, code) : nullptr;
  return text != nullptr ? text : "";
}

ResultPointer send(pg_conn* connection, std::string_view sql,
                   const std::vector<std::optional<std::string>>& parameters) {
  std::vector<const char*> values;
  values.reserve(parameters.size());
  for (const auto& parameter : parameters) values.push_back(parameter ? parameter->c_str() : nullptr);
  return ResultPointer(::PQexecParams(connection, std::string(sql).c_str(), static_cast<int>(values.size()),
                                      nullptr, values.data(), nullptr, nullptr, 0));
}

/// `result` carries an error, or is null when the connection itself is gone.
base::Error statement_error(pg_conn* connection, const pg_result* result, std::string_view sql) {
  const base::Masker masker;
  base::Error error{"run a statement", base::shorten(base::one_line(masker.mask(sql)), 120), "", "",
                    Exit::CouldNotLook};
  const auto field = [&](int code) { return error_field(result, code); };
  if (const std::string message = field(PG_DIAG_MESSAGE_PRIMARY); !message.empty()) {
    const std::string state = field(PG_DIAG_SQLSTATE), detail = field(PG_DIAG_MESSAGE_DETAIL);
    error.got = state.empty() ? message : fmt::format("{}: {}", state, message);
    if (!detail.empty()) error.got += fmt::format(" ({})", base::one_line(detail));
    error.hint = field(PG_DIAG_MESSAGE_HINT);
  } else {
    error.got = base::one_line(::PQerrorMessage(connection));
  }
  error.got = masker.mask(error.got);
  return error;
}

bool succeeded(ExecStatusType status) {
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

constexpr const char* kAnyBytes = "SQL_ASCII";

bool is_set_to(const pg_conn* connection, const char* setting, std::string_view value) {
  const char* const current = ::PQparameterStatus(connection, setting);
  return current != nullptr && current == value;
}

/// The rows of a result, in UTF-8 also where nobody knows which letters the bytes are.
Rows rows_of(const pg_conn* connection, ResultPointer result) {
  if (is_set_to(connection, "client_encoding", kAnyBytes))
    for (int row = 0; row < ::PQntuples(result.get()); ++row)
      for (int column = 0; column < ::PQnfields(result.get()); ++column) {
        const std::string_view value(::PQgetvalue(result.get(), row, column),
                                     static_cast<size_t>(::PQgetlength(result.get(), row, column)));
        if (std::string text = base::spelled_utf8(value); text != value)
          ::PQsetvalue(result.get(), row, column, text.data(), static_cast<int>(text.size()));
      }
  return Rows(result.release());
}

bool copies(ExecStatusType status) {
  return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}

/// Ends a COPY that a statement began, so that the connection stays usable.
base::Error end_copy(pg_conn* connection, std::string_view sql) {
  ::PQputCopyEnd(connection, "windlass sends no COPY data");
  char* row = nullptr;
  while (::PQgetCopyData(connection, &row, 0) > 0) ::PQfreemem(row);
  while (pg_result* rest = ::PQgetResult(connection)) {
    // Another COPY of the same string, or the lost connection, would never end this loop.
    const ExecStatusType status = ::PQresultStatus(rest);
    ::PQclear(rest);
    if (::PQstatus(connection) != CONNECTION_OK) break;
    if (copies(status)) ::PQputCopyEnd(connection, "windlass sends no COPY data");
    if (status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH)
      while (::PQgetCopyData(connection, &row, 0) > 0) ::PQfreemem(row);
  }
  base::Error error = not_open(sql);
  error.got = "it copies from or to the client (COPY … FROM STDIN), which is not possible here";
  error.hint = "Write the rows as INSERT statements.";
  return error;
}

}  // namespace

Rows::Rows(pg_result* result) : result_(result, ClearResult{}) {}

int Rows::size() const { return ::PQntuples(result_.get()); }

int Rows::columns() const { return ::PQnfields(result_.get()); }

std::string_view Rows::at(int row, int column) const {
  const char* value = ::PQgetvalue(result_.get(), row, column);
  if (value == nullptr) return {};
  return {value, static_cast<size_t>(::PQgetlength(result_.get(), row, column))};
}

bool Rows::is_null(int row, int column) const { return ::PQgetisnull(result_.get(), row, column) == 1; }

std::string Rows::name(int column) const {
  const char* name = ::PQfname(result_.get(), column);
  return name != nullptr ? name : "";
}

int Rows::column(std::string_view name) const {
  for (int i = 0; i < columns(); ++i)
    if (name == ::PQfname(result_.get(), i)) return i;
  return -1;
}

base::Result<Connection> Connection::open(const std::string& conninfo) {
  // dbname is expanded as a connection string: what stands before it is a
  // default, what stands after it overrides.
  const char* keywords[5] = {};
  const char* values[5] = {};
  int n = 0;
  const auto set = [&](const char* keyword, const char* value) {
    keywords[n] = keyword;
    values[n++] = value;
  };
  if (std::getenv("PGCONNECT_TIMEOUT") == nullptr) set("connect_timeout", "10");
  set("fallback_application_name", "windlass");
  set("dbname", conninfo.c_str());
  set("client_encoding", "UTF8");

  auto native = connect(keywords, values);
  if (!native) {
    return base::fail({"connect to PostgreSQL", base::mask_url(conninfo),
                       base::one_line(base::Masker().mask(base::mask_url(native.error()))),
                       "Check host, port, database name and user, and that the server runs.",
                       Exit::CouldNotLook});
  }
  Connection connection;
  connection.connection_ = *std::move(native);
  // Such a server converts nothing, and refuses to send a session in UTF8 what is none.
  if (is_set_to(connection.connection_.get(), "server_encoding", kAnyBytes))
    ::PQsetClientEncoding(connection.connection_.get(), kAnyBytes);
  return connection;
}

base::Result<Rows> Connection::query(std::string_view sql,
                                     const std::vector<std::optional<std::string>>& parameters) {
  if (!connection_) return base::fail(not_open(sql));
  ResultPointer result = send(connection_.get(), sql, parameters);
  const ExecStatusType status = ::PQresultStatus(result.get());
  if (copies(status)) return base::fail(end_copy(connection_.get(), sql));
  if (!succeeded(status)) return base::fail(statement_error(connection_.get(), result.get(), sql));
  return rows_of(connection_.get(), std::move(result));
}

base::Result<Rows> Connection::query_prepared(std::string_view sql) {
  if (!connection_) return base::fail(not_open(sql));
  auto known = prepared_.find(sql);
  if (known == prepared_.end()) {
    const std::string name = fmt::format("windlass_{}", prepared_.size() + 1);
    const ResultPointer done(
        ::PQprepare(connection_.get(), name.c_str(), std::string(sql).c_str(), 0, nullptr));
    if (!succeeded(::PQresultStatus(done.get())))
      return base::fail(statement_error(connection_.get(), done.get(), sql));
    known = prepared_.emplace(sql, name).first;
  }
  ResultPointer result(
      ::PQexecPrepared(connection_.get(), known->second.c_str(), 0, nullptr, nullptr, nullptr, 0));
  if (!succeeded(::PQresultStatus(result.get())))
    return base::fail(statement_error(connection_.get(), result.get(), sql));
  return rows_of(connection_.get(), std::move(result));
}

base::Result<std::vector<Rows>> Connection::query_all(std::span<const std::string> statements) {
  pg_conn* const connection = connection_.get();
  if (connection == nullptr) return base::fail(not_open(statements.empty() ? "" : statements.front()));
  bool sent = ::PQenterPipelineMode(connection) == 1;
  for (const std::string& sql : statements)
    sent =
        sent && ::PQsendQueryParams(connection, sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0) == 1;
  sent = sent && ::PQpipelineSync(connection) == 1;
  std::vector<Rows> all;
  std::optional<base::Error> error;
  for (const std::string& sql : statements) {
    if (!sent) break;
    ResultPointer result(::PQgetResult(connection));
    const ExecStatusType status = ::PQresultStatus(result.get());
    // After the first error the others are only "aborted".
    if (!succeeded(status) && !error) error = statement_error(connection, result.get(), sql);
    if (result != nullptr) ResultPointer end_of_statement(::PQgetResult(connection));
    if (!error) all.push_back(rows_of(connection, std::move(result)));
    if (::PQstatus(connection) != CONNECTION_OK) break;
  }
  if (sent) ResultPointer sync(::PQgetResult(connection));
  if (!sent && !error)
    error = statement_error(connection, nullptr, statements.empty() ? "" : statements.front());
  if (::PQexitPipelineMode(connection) != 1) close();
  if (error) return base::fail(*std::move(error));
  return all;
}

tl::expected<Rows, ServerError> Connection::attempt(
    std::string_view sql, const std::vector<std::optional<std::string>>& parameters) {
  if (!connection_) return tl::unexpected(ServerError{.message = not_open(sql).got});
  ResultPointer result = send(connection_.get(), sql, parameters);
  const ExecStatusType status = ::PQresultStatus(result.get());
  if (copies(status)) return tl::unexpected(ServerError{.message = end_copy(connection_.get(), sql).got});
  if (succeeded(status)) return rows_of(connection_.get(), std::move(result));
  const auto field = [&](int code) { return error_field(result.get(), code); };
  ServerError error{
      field(PG_DIAG_SQLSTATE),    field(PG_DIAG_MESSAGE_PRIMARY), field(PG_DIAG_MESSAGE_DETAIL),
      field(PG_DIAG_CONTEXT),     field(PG_DIAG_SCHEMA_NAME),     field(PG_DIAG_TABLE_NAME),
      field(PG_DIAG_COLUMN_NAME), field(PG_DIAG_DATATYPE_NAME),   field(PG_DIAG_CONSTRAINT_NAME)};
  if (error.message.empty()) error.message = base::one_line(::PQerrorMessage(connection_.get()));
  return tl::unexpected(std::move(error));
}

base::Result<void> Connection::execute(std::string_view sql) {
  if (!connection_) return base::fail(not_open(sql));
  ResultPointer result(::PQexec(connection_.get(), std::string(sql).c_str()));
  const ExecStatusType status = ::PQresultStatus(result.get());
  if (copies(status)) return base::fail(end_copy(connection_.get(), sql));
  if (!succeeded(status)) return base::fail(statement_error(connection_.get(), result.get(), sql));
  return {};
}

int Connection::server_version() const { return connection_ ? ::PQserverVersion(connection_.get()) : 0; }

int Connection::backend_pid() const { return connection_ ? ::PQbackendPID(connection_.get()) : 0; }

std::string Connection::server_version_text() const {
  const int version = server_version();
  if (version < 100000) return fmt::format("{}.{}.{}", version / 10000, version / 100 % 100, version % 100);
  return fmt::format("{}.{}", version / 10000, version % 10000);
}

std::string quote_conninfo(std::string_view value) {
  std::string result = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "'";
}

namespace {

/// What a conninfo sets, by libpq's keywords, in its order; nothing where it is none.
std::vector<std::pair<std::string, std::string>> settings_of(const std::string& conninfo) {
  std::vector<std::pair<std::string, std::string>> settings;
  PQconninfoOption* const options = ::PQconninfoParse(conninfo.c_str(), nullptr);
  if (options == nullptr) return settings;
  for (const PQconninfoOption* option = options; option->keyword != nullptr; ++option)
    if (option->val != nullptr) settings.emplace_back(option->keyword, option->val);
  ::PQconninfoFree(options);
  return settings;
}

}  // namespace

std::string with_database(const std::string& conninfo, const std::string& database) {
  std::string result;
  for (const auto& [keyword, value] : settings_of(conninfo))
    if (keyword != "dbname") result += fmt::format("{}={} ", keyword, quote_conninfo(value));
  return result + "dbname=" + quote_conninfo(database);
}

PartedConninfo part_secrets(const std::string& conninfo) {
  PartedConninfo parted;
  for (const auto& [keyword, value] : settings_of(conninfo)) {
    if (keyword.ends_with("password"))
      parted.secret[keyword] = value;
    else
      parted.open += fmt::format("{}{}={}", parted.open.empty() ? "" : " ", keyword, quote_conninfo(value));
  }
  return parted;
}

NamedBy named_by(const std::string& conninfo) {
  NamedBy named;
  for (const auto& [keyword, value] : settings_of(conninfo)) {
    if (keyword == "dbname") named.database = value;
    if (keyword == "user") named.role = value;
  }
  return named;
}

std::string quote_identifier(std::string_view name) {
  return "\"" + base::replace_all(std::string(name), "\"", "\"\"") + "\"";
}

std::string quote_identifier(std::string_view schema, std::string_view name) {
  return quote_identifier(schema) + "." + quote_identifier(name);
}

std::string quote_literal(std::string_view text) {
  const bool escape = base::contains(text, "\\");
  std::string body = base::replace_all(std::string(text), "'", "''");
  if (escape) body = base::replace_all(std::move(body), "\\", "\\\\");
  return (escape ? "E'" : "'") + body + "'";
}

}  // namespace windlass::pg
