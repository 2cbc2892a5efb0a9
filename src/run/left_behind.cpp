#include "run/left_behind.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "sql/session_words.h"
#include "sql/split.h"
#include "sql/statement_kind.h"

namespace windlass::run {

namespace {

using record::Recording;
using record::Statement;

/// psycopg 3 prepares what it has sent this often.
constexpr uint64_t kPrepared = 5;

bool of_step(const Statement& statement) { return !statement.source.revision.empty(); }

/// Whether the tool's book-keeping sent it: it writes a row in every step.
bool of_tool(const Statement& statement) { return statement.source.operation == "version"; }

/// Why what came by the sessions of this run could meet another one; empty: one session alone sent all steps.
std::string beside(const Recording& recording) {
  int sender = 0;
  for (const Statement& statement : recording.statements) {
    if (!of_step(statement)) continue;
    if (sender != 0 && statement.session != sender) return "revisions came through several sessions";
    sender = statement.session;
  }
  const auto own = std::find_if(recording.sessions.begin(), recording.sessions.end(),
                                [&](const record::Session& session) { return session.n == sender; });
  if (own == recording.sessions.end()) return "the session of the revisions is not known";
  if (!own->remarks.empty()) return "of its session: " + own->remarks.front();
  const auto end_of = [](const record::Session& session) {
    return session.ended_by.empty() ? std::numeric_limits<double>::max() : session.ended;
  };
  for (const record::Session& other : recording.sessions)
    if (other.n != sender && other.started < end_of(*own) && end_of(other) > own->started)
      return "another session was open beside that of the revisions";
  return {};
}

/// Each statement of a text, and what it says.
std::vector<sql::SessionWords> words_of(const Statement& statement) {
  std::vector<sql::SessionWords> all;
  for (const sql::StatementSpan& span : sql::split(statement.text))
    all.push_back(sql::session_words(span.in(statement.text)));
  return all;
}

bool catalog_defers(const catalog::Snapshot& snapshot) {
  return std::any_of(snapshot.facts.begin(), snapshot.facts.end(), [](const catalog::Fact& fact) {
    if (fact.object.kind != "constraint" && fact.object.kind != "trigger") return false;
    return base::contains(fact.definition, " DEFERRABLE") &&
           !base::contains(fact.definition, "NOT DEFERRABLE");
  });
}

/// "total" of "public.total(integer)".
std::string function_name(const std::string& name) {
  const std::string whole = name.substr(0, name.find('('));
  return whole.substr(whole.rfind('.') + 1);
}

bool is_routine(const catalog::Fact& fact) {
  return fact.object.kind == "function" || fact.object.kind == "procedure" || fact.object.kind == "aggregate";
}

/// What the body of a function that was there before the chain would leave.
std::string kept_by_body(const catalog::Fact& fact) {
  const auto json = nlohmann::json::parse(fact.definition, nullptr, false);
  if (!json.is_object()) return {};
  const auto text = json.find("definition");
  if (text == json.end() || !text->is_string()) return {};
  const sql::SessionWords words = sql::session_words(text->get<std::string>());
  return !words.body_keeps.empty() ? words.body_keeps : words.sees;
}

/// Of statements that no revision sent: where the first and the last one of a revision stand.
std::pair<size_t, size_t> steps_in(const Recording& recording) {
  const auto& all = recording.statements;
  const auto first = std::find_if(all.begin(), all.end(), of_step);
  const auto last = std::find_if(all.rbegin(), all.rend(), of_step);
  return {static_cast<size_t>(first - all.begin()), static_cast<size_t>(all.rend() - last)};
}

/// A statement that names a function without calling it.
bool only_names_functions(const Statement& statement) {
  const std::string kind = sql::statement_kind(statement.text);
  const bool names = kind.starts_with("CREATE ") || kind.starts_with("ALTER ") || kind.starts_with("DROP ") ||
                     kind == "COMMENT" || kind == "GRANT" || kind == "REVOKE";
  return names && !kind.ends_with(" TABLE") && !kind.ends_with(" INDEX") && !kind.ends_with(" VIEW") &&
         !kind.ends_with(" DOMAIN");
}

}  // namespace

LeftBehind::LeftBehind(const Evidence& clean, std::vector<std::string> order, const std::string& to)
    : order_(std::move(order)) {
  const auto nowhere = [&](std::string because) {
    if (nowhere_.empty()) nowhere_ = std::move(because);
  };
  // The way.
  if (to == "heads" || to == "head") {
    if (clean.chain.heads.size() != 1 || order_.empty() || clean.chain.heads.front() != order_.back())
      line_ = "the chain has several heads";
  } else if (order_.empty() || order_.back() != to) {
    line_ = "the target is no revision of the chain";
  }
  for (size_t i = order_.size(); i-- > 0;) {
    const chain::Revision* revision = clean.chain.find(order_[i]);
    const bool plain = i > 0 && revision != nullptr && revision->depends_on.empty() &&
                       revision->parents == std::vector<std::string>{order_[i - 1]};
    if (plain) continue;
    plain_from_ = i + 1;
    break;
  }
  // What later revisions do is known only where they ran.
  std::set<std::string> finished;
  for (const Step& step : clean.steps)
    if (step.finished && step.direction == "upgrade" && !finished.insert(step.revision).second)
      nowhere("the tool took a revision more than once");
  for (const std::string& id : order_)
    if (!finished.contains(id)) nowhere("the clean run did not come to its end");
  if (!succeeded(clean) || clean.timed_out) nowhere("the clean run did not come to its end");
  if (std::string other = beside(clean.recording); !other.empty()) nowhere(std::move(other));
  // Where its revisions stand in transactions.
  std::map<std::string, uint64_t> sent;
  const auto [first, behind] = steps_in(clean.recording);
  const auto& all = clean.recording.statements;
  for (size_t i = first; i < behind; ++i) {
    const Statement& statement = all[i];
    if (!statement.digest.empty()) nowhere("a text is too long to be read");
    if (!of_step(statement)) {
      if (!sql::is_transaction_command(statement.text))
        nowhere("something between revisions was sent by no revision");
      continue;
    }
    Stand& stand = stands_[statement.source.revision];
    if (!stand.any) stand.first = statement.transaction;
    stand.any = true;
    stand.last = statement.transaction;
    stand.transactions.insert(statement.transaction);
    stand.outside_all = stand.outside_all && statement.status_after == 'I';
    if (statement.protocol == record::Protocol::Extended && !of_tool(statement))
      sent[statement.text] += statement.executions;
    for (const sql::SessionWords& words : words_of(statement)) {
      if (!words.body_keeps.empty()) nowhere("a function does this: " + words.body_keeps);
      if (!words.sees.empty()) nowhere("the chain speaks of " + words.sees);
      defers_ = defers_ || words.defers;
      asks_clock_ = asks_clock_ || words.asks_clock;
      adds_label_ = adds_label_ || words.adds_label;
      freezes_ = freezes_ || words.in_transaction;
      caches_ = caches_ || words.caches;
    }
  }
  if (std::any_of(sent.begin(), sent.end(), [](const auto& one) { return one.second >= kPrepared; }) &&
      base::contains(clean.tool.driver, "psycopg "))
    nowhere("the driver prepares what it sends again and again");
  std::set<int> transactions;
  for (const auto& [id, stand] : stands_)
    transactions.insert(stand.transactions.begin(), stand.transactions.end());
  one_transaction_ = transactions.size() == 1;
  // What the tool's own files send before the first revision, each process sends; it holds for as long as
  // the session, or the transaction, in which it was sent.
  for (size_t i = 0; i < first && i < all.size(); ++i)
    for (const sql::SessionWords& words : words_of(all[i]))
      if (!words.keeps.empty() && !one_transaction_ && all[i].status_after != 'I' &&
          transactions.contains(all[i].transaction))
        nowhere("before the first revision, in its transaction: " + words.keeps);
  // What was there before the chain.
  for (const catalog::Fact& fact : clean.before.facts) {
    if (!is_routine(fact)) continue;
    if (const std::string kept = kept_by_body(fact); !kept.empty()) nowhere("a function does this: " + kept);
  }
  defers_ = defers_ || catalog_defers(clean.before);
  for (const catalog::Fact& fact : clean.before.facts) {
    if (fact.object.kind == "event trigger") nowhere("the database has event triggers");
    if (fact.object.kind == "column" && sql::session_words(fact.definition).asks_clock) asks_clock_ = true;
  }
}

namespace {

std::string not_one_step(const Evidence& run, const std::string& revision) {
  if (!succeeded(run) || run.timed_out || run.server_died) return "the run failed";
  if (run.steps.size() != 1 || run.steps.front().revision != revision || !run.steps.front().finished ||
      run.steps.front().direction != "upgrade")
    return "it was not one step";
  if (run.versions != std::vector<std::string>{revision}) return "the version table holds something else";
  return {};
}

/// Names of the database's functions, when it began and when it ended.
std::set<std::string> own_functions(const Evidence& run) {
  std::set<std::string> own;
  for (const catalog::Snapshot* snapshot : {&run.before, &run.after})
    for (const catalog::Fact& fact : snapshot->facts)
      if (is_routine(fact)) own.insert(function_name(fact.object.name));
  return own;
}

/// What is left in the session or by functions; whether rows were written goes to `writes`.
std::string left_in_session(const Evidence& run, bool& writes) {
  if (!run.deadlocks.empty()) return "sessions waited for one another";
  if (std::string other = beside(run.recording); !other.empty()) return other;
  const auto [first, behind] = steps_in(run.recording);
  const auto& all = run.recording.statements;
  if (first >= all.size()) return "it sent nothing";
  const std::set<std::string> own = own_functions(run);
  for (size_t i = 0; i < all.size(); ++i) {
    const Statement& statement = all[i];
    const bool in_step = i >= first && i < behind;
    if (!statement.digest.empty()) return "a text is too long to be read";
    if (!in_step) {
      if (!of_tool(statement) && !statement.effects.empty())
        return "it changes the database outside of revisions";
      for (const sql::SessionWords& words : words_of(statement))
        if (!of_tool(statement) && (words.writes || words.unseen))
          return "it changes the database outside of revisions";
      continue;
    }
    for (const sql::SessionWords& words : words_of(statement)) {
      if (!words.keeps.empty()) return "it leaves in its session: " + words.keeps;
      if (words.extension) return "it makes or changes an extension";
      writes = writes || (words.writes && !of_tool(statement));
      if (!only_names_functions(statement))
        for (const std::string& name : words.calls)
          if (own.contains(name)) return "it calls a function of the database: " + name;
    }
  }
  if (writes && !own.empty()) return "rows that it writes may call a function of the database";
  return {};
}

}  // namespace

StepLeft step_left(const Evidence& run, std::string_view held, const std::string& revision) {
  StepLeft left;
  left.not_alone = not_one_step(run, revision);
  left.because = std::string(held);
  if (left.because.empty()) left.because = left_in_session(run, left.writes);
  std::set<int> transactions;
  bool outside_all = true;
  for (const Statement& statement : run.recording.statements) {
    const bool own = statement.source.revision == revision;
    if (own) {
      transactions.insert(statement.transaction);
      outside_all = outside_all && statement.status_after == 'I';
    }
    for (const sql::SessionWords& words : words_of(statement)) {
      left.open_savepoints += words.savepoint ? 1 : words.releases ? -1 : 0;
      if (!own) continue;
      left.writes = left.writes || (words.writes && !of_tool(statement));
      left.unseen = left.unseen || words.unseen;
      left.label = left.label || words.adds_label;
      left.makes_enum = left.makes_enum || words.makes_enum;
    }
  }
  left.one_transaction = transactions.size() == 1 || outside_all;
  return left;
}

std::string LeftBehind::not_alone(const StepLeft& left, size_t k) const {
  if (!line_.empty()) return line_;
  if (k < plain_from_ || k >= order_.size()) return "the rest of the chain is no plain line";
  return left.not_alone;
}

std::string LeftBehind::by(const StepLeft& left, size_t k) const {
  if (std::string because = not_alone(left, k); !because.empty()) return because;
  if (!nowhere_.empty()) return nowhere_;
  if (!left.because.empty()) return left.because;
  if (left.writes && caches_) return "its session may hold numbers of a sequence";
  return in_transaction(left, k);
}

std::string LeftBehind::in_transaction(const StepLeft& left, size_t k) const {
  const auto own = stands_.find(order_[k]);
  const auto next = k + 1 < order_.size() ? stands_.find(order_[k + 1]) : stands_.end();
  if (own == stands_.end() || next == stands_.end()) return "where its transaction ended is not known";
  const Stand& in_clean = own->second;
  if (!left.one_transaction || (in_clean.transactions.size() != 1 && !in_clean.outside_all))
    return "it ends its transaction itself";
  if (in_clean.last != next->second.first) return {};  // committed before the next began
  if (left.unseen) return "what it does is not seen, in a transaction that goes on";
  if (left.label) return "a label that the transaction added may not be used in it";
  if (left.makes_enum && adds_label_) return "a label may be used in the transaction that made its type";
  if (freezes_) return "COPY FREEZE goes by what the transaction made";
  if (left.open_savepoints != 0) return "it leaves a savepoint";
  if (left.writes && defers_)
    return "constraints wait for the end of the transaction in which it writes rows";
  if (left.writes && asks_clock_) return "rows that it writes bear the time of the transaction";
  return {};
}

}  // namespace windlass::run
