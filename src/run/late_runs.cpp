#include "run/late_runs.h"

#include <algorithm>
#include <array>
#include <utility>

#include "catalog/event.h"
#include "sql/statement_kind.h"
#include "sql/targets.h"
#include "sql/tokens.h"

namespace windlass::run {

namespace {

using sql::Action;

/// A relation, column, function, schema or another object "does not exist".
bool says_missing(std::string_view sqlstate) {
  static constexpr std::array<std::string_view, 5> kStates = {"42P01", "42703", "42883", "3F000", "42704"};
  return std::find(kStates.begin(), kStates.end(), sqlstate) != kStates.end();
}

/// A foreign key to columns that nothing makes unique; later, something may.
constexpr std::string_view kNotUnique = "42830";

/// That, and one whose columns cannot be compared: wrong wherever the statement stands.
bool is_own_fault(std::string_view sqlstate) { return sqlstate == "42804" || sqlstate == kNotUnique; }
bool may_yet_go_well(std::string_view sqlstate) { return says_missing(sqlstate) || sqlstate == kNotUnique; }

bool makes_something(const sql::Reading& reading) {
  return std::any_of(reading.targets.begin(), reading.targets.end(), [](const sql::Target& target) {
    return target.action == Action::Create && !target.implied;
  });
}

/// Whether the statement adds objects and does nothing else.
bool only_adds(const std::string& text, const sql::Reading& reading) {
  const std::string kind = sql::statement_kind(text);
  if (!kind.starts_with("CREATE ") && kind != "ALTER TABLE") return false;
  if (kind == "CREATE SCHEMA" || kind == "CREATE EXTENSION") return false;  // with more in it; by other means
  return makes_something(reading) &&
         std::none_of(reading.targets.begin(), reading.targets.end(), [](const sql::Target& target) {
           return target.action == Action::Drop || target.action == Action::Rename ||
                  (target.action == Action::Alter && target.kind == "column") || target.or_replace;
         });
}

/// What a statement takes away, renames or changes, by the names that others may know it by. nullopt: it
/// cannot be told from its text.
std::optional<std::set<std::string>> changed_by(const std::string& kind, const sql::Reading& reading) {
  static constexpr std::array<std::string_view, 4> kUnknown = {"DO", "CALL", "DROP SCHEMA", "DROP OWNED"};
  if (std::find(kUnknown.begin(), kUnknown.end(), kind) != kUnknown.end()) return std::nullopt;
  std::set<std::string> names;
  for (const sql::Target& target : reading.targets)
    if (target.action == Action::Drop || target.action == Action::Rename ||
        (target.action == Action::Alter && (target.kind == "column" || target.kind == "type")))
      names.insert({target.name, target.new_name});
  names.erase("");
  return names;
}

std::set<std::string> made_by(const sql::Reading& reading) {
  std::set<std::string> names;
  for (const sql::Target& target : reading.targets) {
    if (target.action == Action::Create && !target.implied) names.insert(target.name);
    if (target.kind == "constraint" || target.kind == "index") names.insert(target.table);
    if (target.action == Action::Rename) names.insert(target.new_name);
  }
  names.erase("");
  return names;
}

}  // namespace

void LateRuns::refused(size_t refusal, const std::string& text, const record::ServerMessage& error) {
  if (!may_yet_go_well(error.sqlstate) || !only_adds(text, sql::read_targets(text))) return;
  Waiting waiting;
  waiting.refusal = refusal;
  waiting.text = text;
  waiting.said = error.message;
  for (const sql::Token& token : sql::tokens(text)) {
    if (token.kind == sql::Token::Kind::Parameter) return;  // its values are not known
    if (token.name()) waiting.names.insert(token.text);
  }
  waiting_.push_back(std::move(waiting));
}

void LateRuns::went_well(std::string_view text) {
  if (std::all_of(waiting_.begin(), waiting_.end(), [](const Waiting& each) { return each.over; })) return;
  const std::string kind = sql::statement_kind(text);
  const bool adds = kind.starts_with("CREATE ") || kind.starts_with("ALTER ");
  if (!adds && !kind.starts_with("DROP ") && kind != "DO" && kind != "CALL") return;
  const sql::Reading reading = sql::read_targets(text);
  const std::set<std::string> made = adds ? made_by(reading) : std::set<std::string>{};
  const std::optional<std::set<std::string>> changed = changed_by(kind, reading);
  for (Waiting& waiting : waiting_) {
    const auto speaks_of = [&](const std::set<std::string>& names) {
      return std::any_of(names.begin(), names.end(),
                         [&](const std::string& name) { return waiting.names.contains(name); });
    };
    if (waiting.over) continue;
    if (!changed || speaks_of(*changed)) waiting.in_doubt = true;
    if (!speaks_of(made)) continue;
    waiting.behind = text;
    waiting.ready = true;
  }
}

std::optional<record::Due> LateRuns::due(std::string_view text) {
  if (!text.empty()) went_well(text);
  for (Waiting& waiting : waiting_)
    if (std::exchange(waiting.ready, false)) return record::Due{waiting.refusal, waiting.text};
  return std::nullopt;
}

void LateRuns::ran(const record::Due& due, const std::optional<record::ServerMessage>& error,
                   const std::vector<std::string>& reports) {
  for (Waiting& waiting : waiting_) {
    if (waiting.refusal != due.refusal) continue;
    waiting.order = ++ran_;
    waiting.done = !error;
    waiting.over = !error || !may_yet_go_well(error->sqlstate);
    // Where it was refused for that before, it is told already. What is missing may still come.
    const bool told = error && error->message == waiting.said;
    const bool own = error && (is_own_fault(error->sqlstate) || says_missing(error->sqlstate));
    waiting.error = own && !told ? error : std::nullopt;
    waiting.reports = reports;
  }
  if (!error) went_well(due.text);
}

std::vector<LateRun> LateRuns::insert(record::Recording& recording, std::vector<int>& refusals) const {
  auto& statements = recording.statements;
  const auto place_of = [&](int number) {
    return static_cast<size_t>(
        std::partition_point(statements.begin(), statements.end(),
                             [&](const record::Statement& statement) { return statement.n < number; }) -
        statements.begin());
  };
  struct Put {
    size_t behind;  // place of the statement that it waited for
    size_t from;    // ... of its refusal
    const Waiting* waiting;
  };
  std::vector<const Waiting*> ran;
  for (const Waiting& waiting : waiting_)
    if (waiting.done || (waiting.error && !(waiting.in_doubt && says_missing(waiting.error->sqlstate))))
      ran.push_back(&waiting);
  std::sort(ran.begin(), ran.end(), [](const Waiting* a, const Waiting* b) { return a->order < b->order; });
  std::vector<Put> puts;
  for (const Waiting* waiting : ran) {
    const int number = waiting->refusal < refusals.size() ? refusals[waiting->refusal] : 0;
    if (number == 0) continue;
    const size_t from = place_of(number);
    // What it waited for may have run late itself, and then stands where that does.
    const auto put = std::find_if(puts.begin(), puts.end(),
                                  [&](const Put& each) { return each.waiting->text == waiting->behind; });
    size_t behind = put == puts.end() ? from + 1 : put->behind;
    if (put == puts.end())
      while (behind < statements.size() &&
             (statements[behind].text != waiting->behind || statements[behind].failed() ||
              (statements[behind].refused && statements[behind].effects.empty() &&
               statements[behind].events.empty())))
        ++behind;
    if (behind < statements.size()) puts.push_back({behind, from, waiting});
  }
  std::stable_sort(puts.begin(), puts.end(), [](const Put& a, const Put& b) { return a.behind < b.behind; });

  std::vector<LateRun> late;
  std::vector<int> numbers;  // by the place before
  std::vector<record::Statement> all;
  auto next = puts.begin();
  for (size_t i = 0; i < statements.size(); ++i) {
    all.push_back(statements[i]);
    all.back().n = static_cast<int>(all.size());
    numbers.push_back(all.back().n);
    for (; next != puts.end() && next->behind == i; ++next) {
      record::Statement statement = statements[next->from];
      statement.n = static_cast<int>(all.size()) + 1;
      statement.session = statements[i].session;
      statement.transaction = statements[i].transaction;
      statement.status_after = statements[i].status_after;
      statement.started = statements[i].started;
      statement.notices.clear();
      statement.refused = std::nullopt;
      if (next->waiting->error) statement.refused = *next->waiting->error;
      for (const std::string& report : next->waiting->reports)
        if (auto event = catalog::parse_event(report)) statement.events.push_back(std::move(*event));
      late.push_back({next->waiting->refusal, statement.n});
      all.push_back(std::move(statement));
    }
  }
  for (int& number : refusals)
    if (number != 0) number = numbers[place_of(number)];
  statements = std::move(all);
  return late;
}

}  // namespace windlass::run
