#include "pg/simple_query.h"

#include <libpq-fe.h>
#include <poll.h>

#include "base/interrupt.h"
#include "base/text.h"

namespace windlass::pg {

namespace {

constexpr int kLook = 100;  // milliseconds

/// Until libpq has a result, or nothing more to wait for; false when `go_on` said no.
bool await(pg_conn* connection, const std::function<bool()>& go_on) {
  while (::PQisBusy(connection) == 1) {
    if (!go_on()) return false;
    pollfd wait[2] = {{::PQsocket(connection), POLLIN, 0}, {base::interrupt_fd(), POLLIN, 0}};
    const int ready = ::poll(wait, 2, kLook);
    if (ready > 0 && wait[0].revents != 0 && ::PQconsumeInput(connection) == 0) return true;
  }
  return true;
}

void cancel(pg_conn* connection) {
  PGcancel* const request = ::PQgetCancel(connection);
  char text[256];
  if (request != nullptr) ::PQcancel(request, text, sizeof text);
  ::PQfreeCancel(request);
}

ServerError refusal(pg_conn* connection, const pg_result* result) {
  const auto field = [&](int code) {
    const char* text = ::PQresultErrorField(result, code);
    return std::string(text != nullptr ? text : "");
  };
  ServerError error{
      field(PG_DIAG_SQLSTATE),    field(PG_DIAG_MESSAGE_PRIMARY), field(PG_DIAG_MESSAGE_DETAIL),
      field(PG_DIAG_CONTEXT),     field(PG_DIAG_SCHEMA_NAME),     field(PG_DIAG_TABLE_NAME),
      field(PG_DIAG_COLUMN_NAME), field(PG_DIAG_DATATYPE_NAME),   field(PG_DIAG_CONSTRAINT_NAME)};
  if (error.message.empty()) error.message = base::one_line(::PQerrorMessage(connection));
  return error;
}

}  // namespace

SimpleAnswer simple_query(Connection& session, const std::string& sql, bool rows_wanted,
                          const std::function<bool()>& go_on) {
  pg_conn* const connection = session.native();
  SimpleAnswer answer;
  if (connection == nullptr || ::PQsendQuery(connection, sql.c_str()) != 1) {
    answer.error = ServerError{};
    answer.error->message =
        connection != nullptr ? base::one_line(::PQerrorMessage(connection)) : "the connection is not open";
    return answer;
  }
  if (!rows_wanted) ::PQsetSingleRowMode(connection);
  for (;;) {
    if (!await(connection, go_on)) {
      answer.broken_off = true;
      cancel(connection);
      session.close();
      return answer;
    }
    pg_result* const result = ::PQgetResult(connection);
    if (result == nullptr) return answer;
    Rows owner(result);
    switch (::PQresultStatus(result)) {
      case PGRES_COPY_IN:
        answer.copies_in = true;
        ::PQputCopyEnd(connection, nullptr);
        break;
      case PGRES_COPY_OUT: {
        char* row = nullptr;
        while (::PQgetCopyData(connection, &row, 0) > 0) ::PQfreemem(row);
        break;
      }
      case PGRES_TUPLES_OK:
        if (rows_wanted) answer.rows = std::move(owner);
        break;
      case PGRES_SINGLE_TUPLE:
      case PGRES_COMMAND_OK:
      case PGRES_EMPTY_QUERY:
        break;
      default:
        if (!answer.error) answer.error = refusal(connection, result);
        if (::PQstatus(connection) != CONNECTION_OK) {
          answer.error->sqlstate.clear();
          return answer;
        }
    }
  }
}

std::string transaction_state(const Connection& connection) {
  if (connection.native() == nullptr) return "idle";
  switch (::PQtransactionStatus(connection.native())) {
    case PQTRANS_INTRANS:
      return "open";
    case PQTRANS_INERROR:
      return "failed";
    default:
      return "idle";
  }
}

std::string reported(const Connection& connection, const char* setting) {
  const char* value =
      connection.native() != nullptr ? ::PQparameterStatus(connection.native(), setting) : nullptr;
  return value != nullptr ? value : "";
}

}  // namespace windlass::pg
