#include "run/stop_script.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "run/failure.h"
#include "sql/session_words.h"
#include "sql/split.h"
#include "sql/statement_kind.h"

namespace windlass::run {

namespace {

using record::Statement;

/// What was masked is not what was sent.
constexpr std::string_view kMask = "***";

bool whole(const Statement& statement) {
  return !statement.skipped && statement.digest.empty() && statement.executions == 1 &&
         statement.parameters.empty() && !base::contains(statement.text, kMask) &&
         sql::split(statement.text).size() == 1;
}

/// BEGIN, COMMIT or ROLLBACK, and not a word more: "BEGIN READ WRITE" would be another matter.
bool plain_command(const std::string& text, std::string_view command) {
  std::string_view words = base::trim(text);
  if (words.ends_with(';')) words.remove_suffix(1);
  return base::to_lower(base::trim(words)) == command;
}

bool plain_end(const std::string& text) {
  return plain_command(text, "commit") || plain_command(text, "rollback");
}

/// Whether asking it again does nothing: the server holds it to that (run/ask_again.h), but for what it may
/// do beside the transaction.
bool reads(const Statement& statement, const sql::SessionWords& words) {
  const std::string kind = sql::statement_kind(statement.text);
  const bool of_kind = kind == "SELECT" || kind == "SHOW" || kind == "VALUES" || kind == "SET";
  return of_kind && !words.writes && !words.unseen && !words.extension && words.sees.empty() &&
         !words.savepoint && !words.releases && !words.asks_clock && !words.caches && !words.in_transaction &&
         statement.effects.empty() && statement.events.empty();
}

/// Whether all that it does, where it is not refused, a ROLLBACK takes back.
bool can_be_taken_back(const std::string& text) {
  static constexpr std::array<std::string_view, 7> kKinds = {"CREATE TABLE",   "CREATE TYPE", "CREATE SCHEMA",
                                                             "CREATE INDEX",   "CREATE VIEW", "CREATE DOMAIN",
                                                             "CREATE FUNCTION"};
  const std::string kind = sql::statement_kind(text);
  if (std::find(kKinds.begin(), kKinds.end(), kind) == kKinds.end() || sql::refuses_transaction(text))
    return false;
  // CREATE TABLE ... AS SELECT may draw numbers of a sequence, and a schema can be made with whatever is in
  // it.
  const std::string words = base::to_lower(text);
  if (kind == "CREATE TABLE") return !base::contains(words, "select") && !base::contains(words, "execute");
  if (kind == "CREATE SCHEMA")
    return sql::session_words(text).calls.empty() && !base::contains(words, "create table");
  return true;
}

bool ended_by_itself(const Evidence& run) {
  return !succeeded(run) && run.exception && !run.timed_out && !run.server_died && run.exit_signal == 0 &&
         run.deadlocks.empty() && run.children.empty() && run.network_attempts.empty() &&
         run.other_databases.empty() && run.remarks.empty();
}

}  // namespace

std::optional<StopScript> stop_script(const Evidence& run, bool own_settings) {
  const record::Recording& recording = run.recording;
  if (own_settings || !ended_by_itself(run) || recording.sessions.size() != 1 ||
      !recording.sessions.front().remarks.empty())
    return std::nullopt;
  StopScript script;
  script.database = recording.sessions.front().database;
  script.role = recording.sessions.front().user;
  const Statement* stop = nullptr;
  bool holds = false;  // something that the end of a transaction may take away
  for (const Statement& statement : recording.statements) {
    if (!whole(statement)) return std::nullopt;
    if (stop != nullptr) {
      if (!plain_end(statement.text)) return std::nullopt;
      continue;
    }
    if (statement.failed()) {
      stop = &statement;
      continue;
    }
    if (plain_command(statement.text, "begin")) continue;
    if (plain_end(statement.text)) {
      if (holds) return std::nullopt;
      continue;
    }
    const sql::SessionWords words = sql::session_words(statement.text);
    if (!reads(statement, words)) return std::nullopt;
    holds = holds || !words.keeps.empty();
    script.reads.push_back(statement.text);
  }
  if (stop == nullptr || stop != fatal_error(run) || !stop->error->sqlstate.starts_with("42") ||
      !can_be_taken_back(stop->text))
    return std::nullopt;
  script.stop = stop->text;
  script.refused = *stop->error;
  return script;
}

}  // namespace windlass::run
