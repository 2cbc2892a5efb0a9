#include "sql/session_words.h"

#include <algorithm>
#include <array>
#include <limits>

#include "sql/statement_kind.h"
#include "sql/tokens.h"

namespace windlass::sql {

namespace {

using Words = std::vector<Token>;

constexpr int kDeepest = 6;  // strings within strings; beyond, nobody would follow

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// What belongs to the session, wherever it is called.
std::string kept_by_call(std::string_view name) {
  if (one_of(name, {"set_config", "setseed", "pg_reload_conf"}) || name.starts_with("pg_advisory_") ||
      name.starts_with("pg_try_advisory_"))
    return std::string(name);
  return {};
}

/// What shows a session, its transaction or another session.
bool shows_session(std::string_view name) {
  static constexpr std::array<std::string_view, 8> kPrefixes = {
      "pg_temp", "pg_stat_",    "txid_", "pg_current_xact", "pg_current_wal", "pg_current_snapshot",
      "dblink",  "postgres_fdw"};
  return one_of(name, {"currval", "lastval", "pg_locks", "pg_cursors", "pg_prepared_statements",
                       "pg_prepared_xacts", "pg_my_temp_schema", "pg_is_other_temp_schema", "pg_backend_pid",
                       "pg_blocking_pids", "pg_listening_channels", "pg_export_snapshot", "xmin", "xmax",
                       "cmin", "cmax", "pg_create_logical_replication_slot"}) ||
         std::any_of(kPrefixes.begin(), kPrefixes.end(),
                     [&](std::string_view prefix) { return name.starts_with(prefix); });
}

bool asks_clock(std::string_view name) {
  return one_of(name, {"now", "current_timestamp", "current_time", "current_date", "localtimestamp",
                       "localtime", "transaction_timestamp"});
}

class Reader {
 public:
  explicit Reader(SessionWords& found) : found_(found) {}

  /// `nested`: a body, or a string that something executes; `in_routine`: of a function that is only made.
  void read(std::string_view text, int depth, bool nested, bool in_routine) {
    const Words words = tokens(text, std::numeric_limits<size_t>::max());
    for (size_t i = 0; i < words.size(); ++i) {
      if (words[i].kind == Token::Kind::String) {
        if (one_of(words[i].text, {"now", "today"})) found_.asks_clock = true;
        // A string of data holds a blank as often as one of SQL: it is read all the same, and only where
        // something could execute it.
        if (depth < kDeepest && reads_strings_ && words[i].text.find(' ') != std::string::npos)
          read(words[i].text, depth + 1, true, in_routine);
        else if (depth >= kDeepest)
          keep("what is deep within strings", in_routine);
        continue;
      }
      if (begins_statement(words, i, nested)) command(words, i, nested, in_routine);
      word(words, i, in_routine);
    }
  }

  void reads_strings(bool yes) { reads_strings_ = yes; }
  bool draws() const { return draws_; }  ///< on a sequence, or in a default

 private:
  const Token& at(const Words& words, size_t i) const {
    static const Token kNone;
    return i < words.size() ? words[i] : kNone;
  }

  void keep(std::string_view what, bool in_routine) {
    std::string& kept = in_routine ? found_.body_keeps : found_.keeps;
    if (kept.empty()) kept = what;
  }
  void see(std::string_view what) {
    if (found_.sees.empty()) found_.sees = what;
  }

  static bool begins_statement(const Words& words, size_t i, bool nested) {
    if (words[i].kind != Token::Kind::Word) return false;
    if (i == 0) return true;
    const Token& before = words[i - 1];
    if (before.symbol(';') || before.is("atomic")) return true;
    return nested && before.kind == Token::Kind::Word &&
           one_of(before.text, {"begin", "then", "else", "loop", "execute"});
  }

  void command(const Words& words, size_t i, bool nested, bool in_routine) {
    const Token& first = words[i];
    const Token& second = at(words, i + 1);
    if (one_of(first.text,
               {"set", "reset", "discard", "prepare", "deallocate", "listen", "unlisten", "load"})) {
      std::string what = first.text;
      for (char& c : what) c = static_cast<char>(c - 'a' + 'A');
      keep(what, in_routine);
    }
    // PL/pgSQL's own DECLARE is no command.
    if (first.is("declare") && !nested) keep("DECLARE", in_routine);
    if (nested && one_of(first.text, {"commit", "rollback"}))
      keep("a COMMIT or ROLLBACK in a block", in_routine);
    if (first.is("alter") && one_of(second.text, {"role", "user", "group", "database", "system"}) &&
        !at(words, i + 2).is("mapping"))
      keep("what is in force from the next login on", in_routine);
    if (first.is("grant") || first.is("revoke"))
      for (size_t n = i + 1; n < words.size() && !words[n].symbol(';'); ++n)
        if (words[n].is("database")) keep("what is in force from the next login on", in_routine);
    if (one_of(first.text, {"create", "alter", "drop"}) && second.is("event")) see("event trigger");
    if (one_of(first.text, {"create", "alter", "drop"}) && one_of(second.text, {"subscription", "server"}))
      see(second.text);
    if (one_of(first.text, {"insert", "update", "delete", "merge", "copy", "truncate"})) found_.writes = true;
    if (one_of(first.text, {"do", "call", "execute"})) found_.unseen = true;
    if (one_of(first.text, {"create", "alter", "drop"}) && second.is("extension"))
      found_.unseen = found_.extension = true;
    if (first.is("copy") && !nested)
      for (size_t n = i; n < words.size(); ++n)
        if (words[n].is("freeze")) found_.in_transaction = true;
    if (!nested && first.is("savepoint")) found_.savepoint = true;
    if (!nested && first.is("release")) found_.releases = true;
  }

  void word(const Words& words, size_t i, bool in_routine) {
    const Token& token = words[i];
    if (!token.name()) return;
    const Token& next = at(words, i + 1);
    const Token none;
    const Token& before = i > 0 ? words[i - 1] : none;
    if (const std::string kept = kept_by_call(token.text); !kept.empty()) keep(kept, in_routine);
    if (shows_session(token.text)) see(token.text);
    if (asks_clock(token.text)) found_.asks_clock = true;
    if (next.symbol('(')) found_.calls.push_back(token.text);
    if (token.kind != Token::Kind::Word) return;
    if (one_of(token.text, {"temp", "temporary"}) && before.kind == Token::Kind::Word &&
        one_of(before.text, {"create", "replace", "local", "global", "into"}))
      keep("a temporary table", in_routine);
    if (token.is("hold") && before.is("with")) keep("a cursor WITH HOLD", in_routine);
    if (token.is("cache") && next.kind == Token::Kind::Number && next.text != "1") found_.caches = true;
    if (token.is("c") && before.is("language")) keep("a library", in_routine);
    if (token.is("deferrable") && !before.is("not")) found_.defers = true;
    if (token.is("trigger") && before.is("constraint")) found_.defers = true;
    if (token.is("value") && before.is("add")) found_.adds_label = true;
    if (token.is("enum") && before.is("as")) found_.makes_enum = true;
    if (token.is("nextval") || token.is("setval")) draws_ = true;
    // In a WITH, and where a block has them.
    if ((token.is("insert") && next.is("into")) || (token.is("delete") && next.is("from")) ||
        (token.is("update") && next.name() && !one_of(next.text, {"on", "of"}) &&
         !one_of(before.text, {"on", "for", "do", "key", "before", "after", "or"})))
      found_.writes = true;
  }

  SessionWords& found_;
  bool reads_strings_ = false, draws_ = false;
};

}  // namespace

SessionWords session_words(std::string_view statement) {
  SessionWords found;
  const std::string kind = statement_kind(statement);
  const bool routine = kind == "CREATE FUNCTION" || kind == "CREATE PROCEDURE" || kind == "ALTER FUNCTION" ||
                       kind == "ALTER PROCEDURE" || kind == "ALTER ROUTINE";
  Reader reader(found);
  reader.reads_strings(
      routine || kind.empty() ||
      one_of(kind, {"DO", "SELECT", "CALL", "EXECUTE", "WITH", "VALUES", "TABLE", "PREPARE"}));
  reader.read(statement, 0, false, routine);
  if (reader.draws() && !kind.starts_with("CREATE ") && !kind.starts_with("ALTER ")) found.writes = true;
  if (routine) {
    // They are the function's, and not done by making it.
    found.writes = found.unseen = false;
  }
  return found;
}

bool is_transaction_command(std::string_view statement) {
  return one_of(statement_kind(statement),
                {"BEGIN", "COMMIT", "ROLLBACK", "ROLLBACK TO", "SAVEPOINT", "RELEASE"});
}

}  // namespace windlass::sql
