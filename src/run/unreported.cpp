#include "run/unreported.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "catalog/compare.h"
#include "sql/tokens.h"

namespace windlass::run {

namespace {

using catalog::Change;
using catalog::Effect;
using catalog::Fact;
using catalog::Object;
using sql::Action;

bool one_of(const std::string& tag, std::initializer_list<std::string_view> tags) {
  return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

/// Commands of their own on what no event trigger reports.
bool unreported(const record::Statement& s) {
  if (one_of(s.tag, {"COMMENT", "GRANT", "REVOKE"})) return s.events.empty();
  return one_of(
      s.tag, {"CREATE ROLE", "ALTER ROLE", "DROP ROLE", "GRANT ROLE", "REVOKE ROLE", "CREATE DATABASE",
              "ALTER DATABASE", "DROP DATABASE", "CREATE TABLESPACE", "ALTER TABLESPACE", "DROP TABLESPACE",
              "CREATE EVENT TRIGGER", "ALTER EVENT TRIGGER", "DROP EVENT TRIGGER"});
}

/// What may call a function.
bool calls(const std::string& tag) {
  return one_of(tag, {"DO", "SELECT", "CALL", "INSERT", "UPDATE", "DELETE", "EXECUTE", "MERGE"});
}

/// The name of the function that CREATE [OR REPLACE] FUNCTION makes, without its schema.
std::string function_name(const std::string& text) {
  std::string name;
  bool after = false;
  for (const sql::Token& token : sql::tokens(text, 16)) {
    if (after && token.symbol('(')) break;
    if (after && token.name()) name = token.text;
    after = after || token.is("function") || token.is("procedure");
  }
  return name;
}

Object object_of(const sql::ServerWide& target) { return {target.kind, target.name}; }

bool is_mark(const std::string& kind) { return kind == "comment" || kind == "privilege"; }

/// One object through the run, under whatever names.
struct Line {
  Object first, now;
  const Fact* start = nullptr;
  std::vector<size_t> claims;  // those that count, in order
  bool ended = false;
  bool secret = false;
};

class Settler {
 public:
  Settler(record::Recording& recording, std::vector<Claim> claims, const ServerWideReads* reads)
      : recording_(recording), claims_(std::move(claims)), reads_(reads), kept_(claims_.size(), true) {}

  std::vector<std::string> settle() {
    for (size_t i = 0; i < claims_.size(); ++i) kept_[i] = take(i);
    if (reads_ != nullptr) {
      for (Line& line : lines_) give_definitions(line);
      explain_the_rest();
    }
    remove_the_others();
    return std::move(unexplained_);
  }

 private:
  Effect& effect(size_t claim) {
    return recording_.statements[claims_[claim].statement].effects[claims_[claim].effect];
  }
  const Fact* before(const Object& object) const { return reads_ ? reads_->before.find(object) : nullptr; }
  const Fact* after(const Object& object) const { return reads_ ? reads_->after.find(object) : nullptr; }

  Line* open_line(const Object& object) {
    for (auto line = lines_.rbegin(); line != lines_.rend(); ++line)
      if (line->now == object) return line->ended ? nullptr : &*line;
    return nullptr;
  }
  bool ended(const Object& object) const {
    return std::any_of(lines_.begin(), lines_.end(),
                       [&](const Line& l) { return l.now == object || l.first == object; });
  }
  bool exists(const Object& object) {
    return open_line(object) != nullptr || (!ended(object) && before(object) != nullptr);
  }
  Line& line_of(const Object& object) {
    if (Line* line = open_line(object)) return *line;
    lines_.push_back({object, object, ended(object) ? nullptr : before(object), {}, false, false});
    return lines_.back();
  }
  /// Whether a later command of its own takes `object` for granted.
  bool needed_later(size_t claim, const Object& object) {
    for (size_t i = claim + 1; i < claims_.size(); ++i) {
      const sql::ServerWide& later = claims_[i].target;
      if (object_of(later) == object && !later.nested && !later.guarded && !effect(i).rolled_back)
        return later.action != Action::Create;
    }
    return false;
  }

  /// Whether the claim stands.
  bool take(size_t i) {
    const sql::ServerWide& target = claims_[i].target;
    const Object object = object_of(target);
    if (target.name.empty()) return false;
    const bool known = reads_ != nullptr || !target.nested;
    const bool doubtful = target.nested;
    if (effect(i).rolled_back)
      return !doubtful || (known && (exists(object) == (target.action != Action::Create)));
    switch (target.action) {
      case Action::Create:
        if (doubtful && (!known || exists(object) || (after(object) == nullptr && !needed_later(i, object))))
          return false;
        lines_.push_back({object, object, nullptr, {i}, false, target.secret});
        return true;
      case Action::Drop: {
        if ((doubtful || target.guarded) && !exists(object)) return false;
        if (doubtful && (!known || (after(object) != nullptr && !made_later(i, object)))) return false;
        Line& line = line_of(object);
        line.claims.push_back(i);
        line.ended = true;
        return true;
      }
      case Action::Rename: {
        const Object renamed{target.kind, target.new_name};
        if (doubtful && (!exists(object) || after(renamed) == nullptr)) return false;
        Line& line = line_of(object);
        line.claims.push_back(i);
        line.now = renamed;
        return true;
      }
      default: {
        if (doubtful && (!known || (!is_mark(target.kind) && !exists(object)))) return false;
        Line& line = line_of(object);
        line.claims.push_back(i);
        line.secret = line.secret || target.secret;
        return true;
      }
    }
  }
  bool made_later(size_t claim, const Object& object) {
    for (size_t i = claim + 1; i < claims_.size(); ++i)
      if (object_of(claims_[i].target) == object && claims_[i].target.action == Action::Create) return true;
    return false;
  }

  void give_definitions(Line& line) {
    if (line.claims.empty()) return;
    const Fact* end = line.ended ? nullptr : after(line.now);
    Effect& first = effect(line.claims.front());
    Effect& last = effect(line.claims.back());
    if (line.start != nullptr) first.before = line.start->definition;
    if (end != nullptr) last.after = end->definition;
    if (is_mark(line.now.kind)) {
      // A comment may be made, changed or taken away by the same words.
      if (line.start == nullptr) first.change = Change::Created;
      if (end == nullptr) last.change = Change::Dropped;
      if (line.claims.size() == 1 && line.start == nullptr && end == nullptr)
        kept_[line.claims.front()] = false;
    }
    const bool same = line.start != nullptr && end != nullptr && line.start->definition == end->definition;
    if (line.claims.size() == 1 && same && !line.secret && first.renamed_from.empty() &&
        first.change == Change::Altered)
      kept_[line.claims.front()] = false;
    covered_.insert(line.first);
    covered_.insert(line.now);
  }

  /// What no claim covers: the claim without a name, or the command whose consequence it may be.
  void explain_the_rest() {
    for (catalog::Difference& difference :
         catalog::compare(reads_->before, reads_->after, "the start", "the end")) {
      if (covered_.contains(difference.object)) continue;
      Effect found{difference.object, difference.change, difference.before, difference.after, {}, false};
      if (std::optional<size_t> statement = whose(difference)) {
        if (found.change == Change::Created || found.change == Change::Dropped) join_rename(found);
        if (!found.object.name.empty()) recording_.statements[*statement].effects.push_back(std::move(found));
      } else if (reads_->ours && !of_a_session(difference.object)) {
        unexplained_.push_back(std::move(difference.sentence));
      }
    }
  }

  /// A comment or privilege that follows its object's new name is one effect.
  void join_rename(Effect& effect) const {
    const bool created = effect.change == Change::Created;
    const catalog::Snapshot& other = created ? reads_->before : reads_->after;
    const Fact* own = created ? after(effect.object) : before(effect.object);
    for (const Fact& fact : other.facts) {
      if (own == nullptr || fact.id != own->id || fact.object == effect.object) continue;
      if (!created) {
        effect.object.name.clear();  // told with its new name
      } else {
        effect.change = Change::Altered;
        effect.before = fact.definition;
        effect.renamed_from = fact.object.name;
      }
      return;
    }
  }

  std::optional<size_t> whose(const catalog::Difference& difference) {
    const Object& object = difference.object;
    const Action action = difference.change == Change::Created   ? Action::Create
                          : difference.change == Change::Dropped ? Action::Drop
                                                                 : Action::Alter;
    for (const Claim& claim : claims_)
      if (claim.target.name.empty() && claim.target.kind == object.kind && claim.target.action == action &&
          !recording_.statements[claim.statement].effects[claim.effect].rolled_back)
        return claim.statement;
    // What hangs on another object that a claim covers: the last that touched that one.
    if (is_mark(object.kind))
      for (const Line& line : lines_)
        if (!line.claims.empty() &&
            (object.name == catalog::to_string(line.now) || object.name == catalog::to_string(line.first)))
          return claims_[line.claims.back()].statement;
    if (object.kind == "event trigger" || object.name.starts_with("event trigger "))
      return with_its_function(object);
    if (const auto statement = put_together(object.kind)) return statement;
    if (action == Action::Create) return std::nullopt;
    // Memberships, settings and privileges go with the roles and databases that they name.
    for (size_t i = recording_.statements.size(); i-- > 0;) {
      const record::Statement& s = recording_.statements[i];
      if (!s.failed() && (one_of(s.tag, {"DROP OWNED", "REASSIGN OWNED"}) || claims_in(i))) return i;
    }
    return std::nullopt;
  }

  /// The last block or call that may have put such a command together: it, or a function, has the word.
  std::optional<size_t> put_together(const std::string& kind) const {
    const auto speaks = [&kind](const std::string& text) {
      const std::string lower = base::to_lower(text);
      return base::contains(lower, kind) ||
             (kind == "role" && (base::contains(lower, "user") || base::contains(lower, "group")));
    };
    const std::vector<record::Statement>& all = recording_.statements;
    const bool function_speaks = std::any_of(all.begin(), all.end(), [&](const record::Statement& s) {
      return one_of(s.tag, {"CREATE FUNCTION", "CREATE PROCEDURE"}) && speaks(s.text);
    });
    for (const bool by_function : {false, true})
      for (size_t i = all.size(); i-- > 0;) {
        const record::Statement& s = all[i];
        if (s.failed() || !(by_function ? function_speaks && calls(s.tag)
                                        : one_of(s.tag, {"DO", "CALL", "EXECUTE"}) && speaks(s.text)))
          continue;
        return i;
      }
    return std::nullopt;
  }

  bool claims_in(size_t statement) {
    for (size_t i = 0; i < claims_.size(); ++i)
      if (claims_[i].statement == statement && kept_[i] && !effect(i).rolled_back) return true;
    return false;
  }

  /// An event trigger falls with the function that it calls.
  std::optional<size_t> with_its_function(const Object& object) const {
    const Fact* fact = before(object);
    for (size_t i = recording_.statements.size(); fact != nullptr && i-- > 0;)
      for (const Effect& effect : recording_.statements[i].effects)
        if (effect.change == Change::Dropped && !effect.rolled_back && effect.object.kind == "function" &&
            base::contains(fact->definition,
                           "\"" + effect.object.name.substr(0, effect.object.name.find('(')) + "\""))
          return i;
    return std::nullopt;
  }

  /// The role and the database that windlass itself made for a session.
  bool of_a_session(const Object& object) const {
    return std::any_of(recording_.sessions.begin(), recording_.sessions.end(), [&](const record::Session& s) {
      return object == Object{"role", s.user} || object == Object{"database", s.database} ||
             object.name == "database " + s.database;
    });
  }

  void remove_the_others() {
    std::map<size_t, std::set<size_t>> gone;
    for (size_t i = 0; i < claims_.size(); ++i)
      if (!kept_[i]) gone[claims_[i].statement].insert(claims_[i].effect);
    for (const auto& [statement, indexes] : gone) {
      std::vector<Effect>& effects = recording_.statements[statement].effects;
      std::vector<Effect> rest;
      for (size_t i = 0; i < effects.size(); ++i)
        if (!indexes.contains(i)) rest.push_back(std::move(effects[i]));
      effects = std::move(rest);
    }
  }

  record::Recording& recording_;
  std::vector<Claim> claims_;
  const ServerWideReads* reads_;
  std::vector<bool> kept_;
  std::vector<Line> lines_;
  std::set<Object> covered_;
  std::vector<std::string> unexplained_;
};

}  // namespace

Effect claimed_effect(const Claim& claim) {
  const sql::ServerWide& target = claim.target;
  Effect effect{object_of(target), Change::Altered, {}, {}, {}, false};
  if (target.action == Action::Create) effect.change = Change::Created;
  if (target.action == Action::Drop) effect.change = Change::Dropped;
  if (target.action == Action::Rename) {
    effect.object.name = target.new_name;
    effect.renamed_from = target.name;
  }
  return effect;
}

std::vector<Claim> ClaimReader::read(const record::Recording& recording, size_t statement) {
  const record::Statement& s = recording.statements[statement];
  std::vector<sql::ServerWide> targets;
  if (unreported(s) || s.tag == "DO") {
    targets = sql::server_wide_targets(s.text);
  } else if (one_of(s.tag, {"CREATE FUNCTION", "CREATE PROCEDURE"})) {
    std::vector<sql::ServerWide> body = sql::server_wide_targets(s.text);
    if (!body.empty()) functions_[function_name(s.text)] = std::move(body);
    return {};
  }
  if (calls(s.tag) && !functions_.empty()) {
    std::set<std::string> named;
    for (const sql::Token& token : sql::tokens(s.text))
      for (const auto& [name, body] : functions_)
        if ((token.name() && token.text == name) ||
            (token.kind == sql::Token::Kind::String && base::contains(token.text, name)))
          if (named.insert(name).second) targets.insert(targets.end(), body.begin(), body.end());
  }
  std::vector<Claim> claims;
  for (sql::ServerWide& target : targets) {
    if (one_of(target.name, {"current_user", "current_role", "session_user"}))
      for (const record::Session& session : recording.sessions)
        if (session.n == s.session) target.name = session.user;
    Claim claim;
    claim.statement = statement;
    claim.renames_role =
        target.kind == "role" && target.action == Action::Rename &&
        (!target.nested || (reads_ != nullptr && reads_->after.find({"role", target.name}) == nullptr &&
                            reads_->after.find({"role", target.new_name}) != nullptr));
    claim.target = std::move(target);
    claims.push_back(std::move(claim));
  }
  return claims;
}

std::vector<std::string> settle_claims(record::Recording& recording, std::vector<Claim> claims,
                                       const ServerWideReads* reads) {
  std::stable_sort(claims.begin(), claims.end(),
                   [](const Claim& a, const Claim& b) { return a.statement < b.statement; });
  return Settler(recording, std::move(claims), reads).settle();
}

}  // namespace windlass::run
