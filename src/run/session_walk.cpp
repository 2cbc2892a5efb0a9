#include "run/session_walk.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "base/text.h"
#include "sql/statement_kind.h"
#include "sql/tokens.h"

namespace windlass::run {

namespace {

using catalog::Effect;

/// The name in SAVEPOINT name, RELEASE [SAVEPOINT] name, ROLLBACK ... TO [SAVEPOINT] name: the last word.
std::string savepoint_name(const std::string& text) {
  std::string name;
  for (const sql::Token& token : sql::tokens(text, 16))
    if (token.name()) name = token.text;
  return name;
}

}  // namespace

void SessionWalk::set_alive(Step& change, bool alive) {
  if (change.alive == alive) return;
  change.alive = alive;
  log_.set_alive(change.numbers, alive);
  auto& effects = recording_.statements[change.statement].effects;
  for (size_t i = 0; i < change.count; ++i) effects[change.first + i].rolled_back = !alive;
}

void SessionWalk::undo_from(size_t position) {
  for (size_t i = changes_.size(); i-- > position;) set_alive(changes_[i], false);
}

void SessionWalk::remember(const catalog::Event& event) {
  if (forgotten_) {
    forgotten_ = false;
    return;
  }
  size_t first_lost = 0;
  if (event.previous != 0) {
    size_t i = changes_.size();
    while (i > 0 && changes_[i - 1].stamp != event.previous) --i;
    if (i == 0) return;
    // It counts even where it seemed undone: a procedure may commit halfway and fail later.
    set_alive(changes_[i - 1], true);
    changes_[i - 1].certain = true;
    first_lost = i;
  } else if (std::any_of(changes_.begin(), changes_.end(),
                         [](const Step& c) { return c.alive && c.certain; })) {
    return;  // Something reset the memory itself.
  }
  for (size_t i = changes_.size(); i-- > first_lost;)
    if (changes_[i].stamp != 0 && !changes_[i].certain) set_alive(changes_[i], false);
}

size_t SessionWalk::take_event(size_t statement, size_t index) {
  record::Statement& s = recording_.statements[statement];
  const catalog::Event& event = s.events[index];
  remember(event);
  Step change;
  change.statement = statement;
  change.stamp = event.stamp;
  auto [number, effects] = log_.apply(event);
  change.numbers.push_back(number);
  size_t taken = 1;
  if (event.trigger == "sql_drop" && event.tag.starts_with("ALTER ") && index + 1 < s.events.size()) {
    const catalog::Event& next = s.events[index + 1];
    if (next.trigger == "ddl_command_end" && next.tag == event.tag && next.previous == event.stamp) {
      auto [second, made] = log_.apply(next);
      change.numbers.push_back(second);
      change.stamp = next.stamp;
      // An ALTER that drops a thing and makes one of the same name altered it.
      std::move(made.begin(), made.end(), std::back_inserter(effects));
      effects = catalog::folded(std::move(effects));
      taken = 2;
    }
  }
  change.first = s.effects.size();
  change.count = effects.size();
  std::move(effects.begin(), effects.end(), std::back_inserter(s.effects));
  changes_.push_back(std::move(change));
  return taken;
}

/// The script of an extension is many commands, of which only what it comes to counts.
void SessionWalk::fold_from(size_t position, size_t statement) {
  if (position >= changes_.size()) return;
  std::vector<Effect>& effects = recording_.statements[statement].effects;
  effects = catalog::folded(std::move(effects));
  for (size_t i = position; i < changes_.size(); ++i) changes_[i].first = changes_[i].count = 0;
  changes_.back().count = effects.size();
}

void SessionWalk::take_text(size_t statement) {
  record::Statement& s = recording_.statements[statement];
  std::vector<Claim> claims = reader_.read(recording_, statement);
  if (claims.empty()) return;
  Step change;
  change.statement = statement;
  change.first = s.effects.size();
  change.count = claims.size();
  for (Claim& claim : claims) {
    claim.effect = s.effects.size();
    if (claim.renames_role)
      change.numbers.push_back(log_.rename_role(claim.target.name, claim.target.new_name));
    s.effects.push_back(claimed_effect(claim));
    claims_.push_back(std::move(claim));
  }
  changes_.push_back(std::move(change));
}

/// REASSIGN OWNED BY role, ... TO role.
void SessionWalk::take_reassign(size_t statement) {
  record::Statement& s = recording_.statements[statement];
  const auto role = [this, &s](const sql::Token& token) {
    if (!token.is("current_user") && !token.is("current_role") && !token.is("session_user"))
      return token.text;
    for (const record::Session& session : recording_.sessions)
      if (session.n == s.session) return session.user;
    return token.text;
  };
  std::set<std::string> from;
  std::string to;
  bool after_to = false, after_by = false;
  for (const sql::Token& token : sql::tokens(s.text)) {
    if (!after_by) {
      after_by = token.is("by");
    } else if (token.is("to")) {
      after_to = true;
    } else if (token.name() && !after_to) {
      from.insert(role(token));
    } else if (token.name() && to.empty()) {
      to = role(token);
    }
  }
  if (from.empty() || to.empty()) return;
  auto [number, effects] = log_.reassign_owned(std::move(from), to);
  if (effects.empty()) return;
  Step change;
  change.statement = statement;
  change.numbers.push_back(number);
  change.first = s.effects.size();
  change.count = effects.size();
  std::move(effects.begin(), effects.end(), std::back_inserter(s.effects));
  changes_.push_back(std::move(change));
}

void SessionWalk::move_transaction(const record::Statement& s, size_t first_change) {
  const auto restart = [this] {
    open_ = changes_.size();
    savepoints_.clear();
    failed_ = false;
  };
  const auto find_savepoint = [this, &s] {
    const std::string name = savepoint_name(s.text);
    return std::find_if(savepoints_.rbegin(), savepoints_.rend(),
                        [&name](const Savepoint& p) { return p.name == name; });
  };
  if (s.failed()) {
    failed_ = true;
    undo_from(first_change);
  } else if (s.tag == "SAVEPOINT") {
    savepoints_.push_back({savepoint_name(s.text), changes_.size()});
  } else if (s.tag == "RELEASE") {
    const auto found = find_savepoint();
    if (found != savepoints_.rend()) savepoints_.erase(found.base() - 1, savepoints_.end());
  } else if (s.tag == "ROLLBACK" && sql::statement_kind(s.text) == "ROLLBACK TO") {
    const auto found = find_savepoint();
    if (found != savepoints_.rend()) {
      undo_from(found->position);
      savepoints_.erase(found.base(), savepoints_.end());
      failed_ = false;
    }
  } else if (s.tag == "ROLLBACK") {
    undo_from(open_);
    restart();
  } else if (s.tag == "COMMIT") {
    restart();
  } else if (s.tag == "DISCARD ALL" || (s.tag == "RESET" && base::contains(base::to_lower(s.text), "all"))) {
    forgotten_ = true;
  }
  if (s.status_after != 'I') return;
  if (failed_) undo_from(open_);
  for (size_t i = open_; i < changes_.size(); ++i) {
    // A command of its own, and not one inside a block that may catch errors.
    const record::Statement& own = recording_.statements[changes_[i].statement];
    if (changes_[i].alive && !own.events.empty() && own.events.front().tag == own.tag)
      changes_[i].certain = true;
  }
  restart();
}

void SessionWalk::take(size_t statement) {
  const size_t first_change = changes_.size();
  record::Statement& s = recording_.statements[statement];
  s.effects.clear();
  for (size_t i = 0; i < s.events.size();) i += take_event(statement, i);
  if (s.tag == "CREATE EXTENSION" || s.tag == "ALTER EXTENSION") fold_from(first_change, statement);
  if (!s.failed() && !s.skipped) take_text(statement);
  if (!s.failed() && !s.skipped && s.tag == "REASSIGN OWNED" && s.events.empty()) take_reassign(statement);
  move_transaction(s, first_change);
}

/// Whether nothing it made or changed is in the database, nor was dropped later.
bool SessionWalk::left_no_trace(const Step& change, const catalog::Snapshot& read) const {
  bool made = false;
  for (const catalog::Event& event : recording_.statements[change.statement].events) {
    if (event.stamp != change.stamp) continue;
    for (const catalog::Fact& fact : event.facts) {
      made = true;
      for (const catalog::Fact& other : read.facts)
        if (other.id == fact.id) return false;
      for (size_t i = change.statement; i < recording_.statements.size(); ++i)
        for (const catalog::Event& later : recording_.statements[i].events)
          if (later.stamp > change.stamp && std::find(later.dropped_ids.begin(), later.dropped_ids.end(),
                                                      fact.id) != later.dropped_ids.end())
            return false;
    }
  }
  return made;
}

void SessionWalk::end(const catalog::Snapshot* read) {
  undo_from(open_);
  open_ = changes_.size();
  if (read == nullptr) return;
  // No later report remembers the last ones.
  for (size_t i = changes_.size(); i-- > 0;) {
    if (!changes_[i].alive || changes_[i].stamp == 0) continue;
    if (changes_[i].certain || !left_no_trace(changes_[i], *read)) return;
    set_alive(changes_[i], false);
  }
}

}  // namespace windlass::run
