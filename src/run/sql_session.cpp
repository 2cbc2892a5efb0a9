#include "run/sql_session.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "pg/simple_query.h"
#include "run/sql_refusals.h"
#include "scratch/identity.h"
#include "sql/server_wide.h"
#include "sql/statement_kind.h"

namespace windlass::run {

namespace {

/// The databases that a statement is about: it creates, alters, drops, comments on or grants on them.
std::vector<sql::ServerWide> about_databases(const std::string& text) {
  std::vector<sql::ServerWide> found;
  for (sql::ServerWide& each : sql::server_wide_targets(text)) {
    constexpr std::string_view kDatabase = "database ";
    if (each.nested) continue;
    if (each.kind != "database") {
      if (!each.name.starts_with(kDatabase)) continue;
      each.name.erase(0, kDatabase.size());
      each.action = sql::Action::Alter;
    }
    found.push_back(std::move(each));
  }
  return found;
}

/// Kinds of statements that can be about a database: of all others the text need not be read.
bool may_be_about_databases(const std::string& kind) {
  return kind.ends_with(" DATABASE") || kind == "COMMENT" || kind == "GRANT" || kind == "REVOKE" ||
         kind == "ALTER ROLE" || kind == "ALTER USER";
}

}  // namespace

base::Error sql_error(const std::string& place, std::string got, std::string hint) {
  return {"load the SQL", place, std::move(got), std::move(hint), base::Exit::CouldNotLook};
}

base::Result<void> SqlSession::connect(const std::string& database, const std::string& role,
                                       const std::string& place) {
  if (!open_since_.empty())
    return base::fail(sql_error(place,
                                fmt::format("the transaction that begins at {} is still open", open_since_),
                                "End it with COMMIT or ROLLBACK before \\connect."));
  connection_.close();
  database_ = database;
  const bool first = std::none_of(told_.databases.begin(), told_.databases.end(),
                                  [&](const SqlTold::Database& each) { return each.name == database; });
  const record::Admission admission = WINDLASS_TRY(place_.admit({settings_.role, database, {}}));
  real_names_[database] = admission.database;
  // Reports of what each command does are for the recorder, and take their time.
  if (first) {
    pg::Connection windlass = WINDLASS_TRY(pg::Connection::open(place_.conninfo(admission.database)));
    WINDLASS_CHECK(windlass.execute("DROP SCHEMA IF EXISTS pg_windlass CASCADE"));
    told_.databases.push_back({database, admission.database});
  }
  const std::string conninfo = place_.conninfo(admission.database);
  connection_ = WINDLASS_TRY(pg::Connection::open(
      settings_.own_server ? conninfo + " user=" + pg::quote_conninfo(admission.role) : conninfo));
  if (role.empty()) return {};
  WINDLASS_CHECK(run({"SET SESSION AUTHORIZATION " + pg::quote_identifier(role), place, {}}, false));
  return {};
}

bool SqlSession::standard_strings() const {
  return pg::reported(connection_, "standard_conforming_strings") != "off";
}

std::string SqlSession::reported(const char* setting) const { return pg::reported(connection_, setting); }

/// What is done in another way than by sending it: then it is done.
base::Result<bool> SqlSession::passed_over(const SqlStatement& statement, const std::string& kind) {
  if (const std::string why = not_run(kind, statement.text); !why.empty())
    return base::fail(sql_error(
        statement.place, fmt::format("{}: {}", base::shorten(base::one_line(statement.text), 120), why),
        "windlass does not run it; take it out."));
  if (!may_be_about_databases(kind)) return false;
  bool all = false;
  for (const sql::ServerWide& each : about_databases(statement.text)) {
    if (each.action == sql::Action::Create) {
      // As a copy of the scratch server's own template: whatever encoding or locale it is to have.
      if (settings_.own_server) WINDLASS_CHECK(place_.admit({settings_.role, each.name, {}}));
      real_names_.emplace(each.name, each.name);
      all = true;
    } else if (each.action == sql::Action::Drop || each.action == sql::Action::Rename ||
               !settings_.own_server || !real_names_.contains(each.name)) {
      told_.database_words.insert(each.name);
      all = true;
    }
  }
  return all;
}

base::Result<void> SqlSession::make_role(const std::string& name) {
  roles_.insert(name);
  pg::Connection windlass = WINDLASS_TRY(pg::Connection::open(place_.conninfo("postgres")));
  // A superuser, for it may own what only superusers can; nobody logs in as it.
  auto made = windlass.execute(fmt::format("CREATE ROLE {} NOLOGIN SUPERUSER", pg::quote_identifier(name)));
  if (!made) return base::fail(std::move(made).error());
  return {};
}

base::Result<void> SqlSession::make_roles() {
  for (const std::string& name : roles_) WINDLASS_CHECK(make_role(name));
  return {};
}

base::Result<SqlSession::Mended> SqlSession::mend(const SqlStatement& statement, const std::string& kind,
                                                  const pg::ServerError& error) {
  const bool in_block = !open_since_.empty() || pg::transaction_state(connection_) != "idle";
  // Names that begin so are the server's own to give.
  std::string role = missing_role(error);
  if (kind == "DROP ROLE" || kind == "DROP USER" || role.starts_with("pg_")) role.clear();
  if (!role.empty() && settings_.own_server && !roles_.contains(role)) {
    if (in_block) {
      // What the transaction did is lost: it is all to be done again, with that role.
      wanted_role_ = role;
      return Mended::No;
    }
    WINDLASS_CHECK(make_role(role));
    return Mended::Again;
  }
  if (in_block) return Mended::No;
  if (const std::string setting = unknown_setting(kind, error); !setting.empty()) {
    told_.unknown_settings.insert(setting);
    return Mended::PassedOver;
  }
  if (told_.dump && nothing_to_drop(kind, statement.text, error)) {
    ++told_.drops;
    return Mended::PassedOver;
  }
  return Mended::No;
}

base::Error SqlSession::refused(const SqlStatement& statement, const pg::ServerError& error) const {
  if (error.sqlstate.empty())
    return sql_error(statement.place, base::valid_utf8(base::one_line(error.message)),
                     "The scratch server ended, or closed the session, at this statement.");
  std::string got = fmt::format("{}: {}", error.sqlstate, error.message);
  if (!error.detail.empty()) got += fmt::format(" ({})", base::one_line(error.detail));
  got += "; the statement: " + base::shorten(base::one_line(base::valid_utf8(statement.text)), 200);
  HintFor known;
  known.server_major = connection_.server_version() / 10000;
  known.dumped_from = told_.dumped_from;
  known.rows_passed_over = told_.copies > 0;
  known.unset = statement.unset;
  std::string hint = hint_for(statement.text, error, known);
  if (hint.empty() && !settings_.own_server && !missing_role(error).empty())
    hint = "Make the role on that server, or let windlass start one of its own: leave --scratch-url out.";
  return sql_error(statement.place, base::valid_utf8(got), std::move(hint));
}

void SqlSession::remember(const std::string& kind, const std::string& text) {
  ++told_.statements;
  if (!told_.privileges && says_privileges(kind, text)) told_.privileges = true;
  if (!told_.owners && says_owner(kind, text)) told_.owners = true;
  if (kind == "INSERT" || kind == "COPY" || kind == "REFRESH") told_.rows = true;
  if (!told_.positions && sets_position(kind, text)) told_.positions = true;
}

base::Result<SqlSession::Answer> SqlSession::run(const SqlStatement& statement, bool rows_wanted) {
  const std::string kind = sql::statement_kind(statement.text);
  if (WINDLASS_TRY(passed_over(statement, kind))) return Answer{};
  for (;;) {
    pg::SimpleAnswer answer = pg::simple_query(connection_, statement.text, rows_wanted, settings_.go_on);
    if (answer.broken_off) return base::fail(sql_error(statement.place, settings_.why_not(), ""));
    if (answer.error) {
      const Mended mended = WINDLASS_TRY(mend(statement, kind, *answer.error));
      if (mended == Mended::Again) continue;
      if (mended == Mended::No) return base::fail(refused(statement, *answer.error));
    }
    remember(kind, statement.text);
    const bool open = pg::transaction_state(connection_) != "idle";
    if (!open)
      open_since_.clear();
    else if (open_since_.empty())
      open_since_ = statement.place;
    if (answer.copies_in) ++told_.copies;
    return Answer{std::move(answer.rows), answer.copies_in};
  }
}

}  // namespace windlass::run
