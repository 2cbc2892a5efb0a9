#include "diagnose/context.h"

#include <algorithm>
#include <cstdlib>
#include <tuple>

#include "base/text.h"
#include "sql/statement_kind.h"

namespace windlass::diagnose {

using record::Statement;

Context::Context(const run::Evidence& evidence, const SourceLines& source)
    : evidence_(evidence), source_(source), ancestry_(evidence.chain) {
  index_transactions();
  judge_outcome();
  judge_failures();
}

void Context::index_transactions() {
  std::map<std::pair<int, int>, size_t> known;
  for (const Statement& statement : evidence_.recording.statements) {
    size_t at = transactions_.size();
    const std::pair<int, int> key{statement.session, statement.transaction};
    if (const auto found = known.find(key); statement.transaction != 0 && found != known.end()) {
      at = found->second;
    } else {
      known[key] = at;
      transactions_.emplace_back().session = statement.session;
    }
    transactions_[at].statements.push_back(&statement);
    transaction_index_[&statement] = at;
  }
  for (Transaction& transaction : transactions_) {
    transaction.block =
        transaction.statements.size() > 1 || transaction.statements.front()->status_after != 'I';
    for (const Statement* statement : transaction.statements) {
      const std::string kind = sql::statement_kind(statement->text);
      if (statement->failed() || statement->skipped) {
        if (statement->failed() && transaction.error == nullptr) transaction.error = statement;
        // A failing COMMIT (a deferred constraint) ends the transaction.
        if (kind == "COMMIT" && statement->failed()) transaction.ended_at = statement->n;
        continue;
      }
      if (kind == "ROLLBACK TO") transaction.rollbacks.push_back(statement->n);
      if (kind == "ROLLBACK TO" || statement->status_after == 'T') transaction.error = nullptr;
      if (kind == "COMMIT" || kind == "PREPARE TRANSACTION") {
        transaction.lost = statement->tag == "ROLLBACK";
        transaction.committed = !transaction.lost;
        transaction.ended_at = statement->n;
      } else if (kind == "ROLLBACK") {
        transaction.committed = false;
        transaction.ended_at = statement->n;
      }
    }
    if (!transaction.block ||
        (transaction.ended_at == 0 && transaction.statements.back()->status_after == 'I')) {
      transaction.ended_at = transaction.statements.back()->n;
      transaction.committed = transaction.error == nullptr;
    }
  }
}

const Transaction* Context::transaction_of(const Statement& statement) const {
  const auto found = transaction_index_.find(&statement);
  return found == transaction_index_.end() ? nullptr : &transactions_[found->second];
}

void Context::judge_outcome() {
  tool_succeeded_ = run::succeeded(evidence_);
  if (!tool_succeeded_ || !evidence_.after_read) return;
  // Alembic keeps only the heads of what was applied.
  const std::set<std::string> covered = ancestry_.with_ancestors(evidence_.versions);
  std::set<std::string> applied;
  for (const run::Step& step : evidence_.steps) {
    if (!step.finished) continue;
    if (step.direction == "upgrade") applied.insert(step.revision);
    if (step.direction == "downgrade") applied.erase(step.revision);
  }
  // Without a step there was nothing to do; a database that records nothing still has everything to do.
  if (evidence_.steps.empty() && evidence_.versions.empty())
    applied.insert(evidence_.chain.heads.begin(), evidence_.chain.heads.end());
  versions_lost_ = !std::all_of(applied.begin(), applied.end(),
                                [&](const std::string& id) { return covered.contains(id); });
}

bool Context::exception_is(const Statement& statement) const {
  return evidence_.exception && run::tells_of(*evidence_.exception, statement);
}

bool Context::exception_from_database() const {
  if (!evidence_.exception) return false;
  const std::string& type = evidence_.exception->type;
  // Of sqlalchemy.exc, only the wrappers of a driver's error; NoResultFound and ArgumentError are Python's
  // business.
  static constexpr std::string_view kWrappers[] = {"DBAPIError",    "DatabaseError",    "ProgrammingError",
                                                   "InternalError", "OperationalError", "IntegrityError",
                                                   "DataError",     "InterfaceError",   "NotSupportedError"};
  if (type.starts_with("sqlalchemy."))
    return std::any_of(std::begin(kWrappers), std::end(kWrappers),
                       [&](std::string_view end) { return type.ends_with(end); });
  for (const std::string_view driver : {"psycopg2.", "psycopg.", "asyncpg.", "pg8000."})
    if (type.starts_with(driver)) return true;
  return false;
}

void Context::judge_failures() {
  if (ended_well()) return;
  const Transaction* last = nullptr;
  const Statement* last_named = nullptr;  // the last error whose words the exception carries
  for (const Transaction& transaction : transactions_) {
    if (transaction.error == nullptr) continue;
    if (last == nullptr || transaction.error->n > last->error->n) last = &transaction;
    for (const Statement* statement : transaction.statements)
      if (exception_is(*statement)) last_named = statement;
  }
  if (last_named != nullptr) last = transaction_of(*last_named);
  for (const Transaction& transaction : transactions_) {
    if (transaction.error == nullptr) continue;
    Failure failure;
    failure.statement = transaction.error;
    failure.transaction = &transaction;
    for (const Statement* statement : transaction.statements)
      if (statement != transaction.error && statement->error && statement->error->sqlstate == "25P02")
        failure.symptom = statement;
    failure.swallowed = transaction.lost || failure.symptom != nullptr;
    bool fatal = !tool_succeeded_ && &transaction == last;
    // An exception of Python's own, after an error outside a transaction that it does not mention: handled.
    if (fatal && evidence_.exception && !exception_from_database() && last_named == nullptr &&
        !transaction.block)
      fatal = false;
    // In a transaction block, an exception elsewhere with statements after the error: handled on a connection
    // of its own.
    if (fatal && evidence_.exception && !exception_from_database() && last_named == nullptr &&
        transaction.block) {
      for (const Statement& statement : evidence_.recording.statements)
        if (statement.n > transaction.error->n && !statement.failed() && !statement.source.revision.empty() &&
            transaction_of(statement) != &transaction)
          fatal = false;
    }
    // A swallowed error on a connection whose loss nobody noticed is a root only where the run lost
    // something.
    if (!fatal && !(failure.swallowed && (transaction.lost || &transaction == last))) continue;
    failure.reading = sql::read_targets(failure.statement->text);
    failures_.push_back(std::move(failure));
  }
  std::sort(failures_.begin(), failures_.end(),
            [](const Failure& a, const Failure& b) { return a.statement->n < b.statement->n; });
}

bool Context::visible(const Sighting& sighting, const Statement& to) const {
  const Transaction* made_in = transaction_of(*sighting.statement);
  const Transaction* seen_in = transaction_of(to);
  if (made_in == nullptr) return false;
  if (made_in == seen_in) {
    if (!sighting.effect->rolled_back) return true;
    // Undone before `to` when a savepoint was rolled back to in between, or when the rest of the transaction
    // lasted.
    for (const int n : made_in->rollbacks)
      if (n > sighting.statement->n && n < to.n) return false;
    return !made_in->committed;
  }
  return made_in->committed && !sighting.effect->rolled_back && made_in->ended_at != 0 &&
         made_in->ended_at < to.n;
}

template <typename Wanted>
std::optional<Sighting> Context::last_change(const Statement& before, Wanted wanted) const {
  std::optional<Sighting> found;
  for (const Statement& statement : evidence_.recording.statements) {
    if (statement.n >= before.n) continue;
    for (const catalog::Effect& effect : statement.effects)
      if (wanted(effect) && visible({&statement, &effect}, before)) found = Sighting{&statement, &effect};
  }
  return found;
}

namespace {

bool makes(const catalog::Effect& effect, const Name& name) {
  return (effect.change == catalog::Change::Created || !effect.renamed_from.empty()) &&
         matches(effect.object, name);
}

bool takes_away(const catalog::Effect& effect, const Name& name) {
  if (effect.change == catalog::Change::Dropped) return matches(effect.object, name);
  return !effect.renamed_from.empty() && matches({effect.object.kind, effect.renamed_from}, name) &&
         !matches(effect.object, name);
}

}  // namespace

std::optional<Sighting> Context::last_creation(const Name& name, const Statement& before) const {
  // An object of the very kind wins over one that merely stands in its way.
  const auto exact = last_change(before, [&](const catalog::Effect& effect) {
    return effect.object.kind == name.kind && makes(effect, name);
  });
  if (exact) return exact;
  return last_change(before, [&](const catalog::Effect& effect) { return makes(effect, name); });
}

std::optional<Sighting> Context::last_drop(const Name& name, const Statement& before) const {
  return last_change(before, [&](const catalog::Effect& effect) { return takes_away(effect, name); });
}

std::vector<Sighting> Context::changes_before(
    const Statement& before, const std::function<bool(const catalog::Effect&)>& wanted) const {
  std::vector<Sighting> found;
  for (const Statement& statement : evidence_.recording.statements) {
    if (statement.n >= before.n) break;
    for (const catalog::Effect& effect : statement.effects)
      if (wanted(effect) && visible({&statement, &effect}, before)) found.push_back({&statement, &effect});
  }
  return found;
}

std::optional<Sighting> Context::present(const Name& name, const Statement& before) const {
  const auto made = last_creation(name, before);
  const auto dropped = last_drop(name, before);
  if (made && dropped && dropped->statement->n > made->statement->n) return std::nullopt;
  return made;
}

std::optional<Sighting> Context::maker(const catalog::Object& object) const {
  std::optional<Sighting> found;
  for (const Statement& statement : evidence_.recording.statements)
    for (const catalog::Effect& effect : statement.effects)
      if (!effect.rolled_back && effect.object == object &&
          (effect.change == catalog::Change::Created || !effect.renamed_from.empty()))
        found = Sighting{&statement, &effect};
  return found;
}

std::optional<Sighting> Context::made_before(const catalog::Object& object, const Statement& before) const {
  const auto made = changes_before(before, [&](const catalog::Effect& effect) {
    return effect.object == object &&
           (effect.change == catalog::Change::Created || !effect.renamed_from.empty());
  });
  return made.empty() ? std::nullopt : std::optional(made.back());
}

std::optional<Sighting> Context::created_by_text(const Name& name, const Statement& before) const {
  const Statement* found = nullptr;
  catalog::Effect effect;
  for (const Statement& statement : evidence_.recording.statements) {
    if (statement.n >= before.n || statement.failed() || statement.skipped) continue;
    for (const sql::Target& target : sql::read_targets(statement.text).targets) {
      if (target.action != sql::Action::Create) continue;
      const catalog::Object object{target.kind, name_of(target).text()};
      catalog::Effect supposed;
      supposed.object = object;
      if (target.name != name.name || !kind_matches(target.kind, name.kind)) continue;
      if (!name.table.empty() && !target.table.empty() && target.table != name.table) continue;
      if (!visible({&statement, &supposed}, before)) continue;
      found = &statement;
      effect = supposed;
    }
  }
  if (found == nullptr) return std::nullopt;
  supposed_.push_back(effect);
  return Sighting{found, &supposed_.back()};
}

std::optional<Sighting> Context::uncommitted_elsewhere(const Name& name, const Statement& before) const {
  std::optional<Sighting> found;
  for (const Statement& statement : evidence_.recording.statements) {
    if (statement.n >= before.n || statement.session == before.session) continue;
    const Transaction* transaction = transaction_of(statement);
    const bool open = transaction->block && (transaction->ended_at == 0 || transaction->ended_at > before.n);
    if (!open) continue;
    for (const catalog::Effect& effect : statement.effects)
      if (makes(effect, name)) found = Sighting{&statement, &effect};
  }
  return found;
}

std::vector<catalog::Object> Context::objects_before(
    const Statement& before, const std::function<bool(const catalog::Object&)>& wanted) const {
  std::set<catalog::Object> there;
  const auto counts = [&](const catalog::Object& object) { return !wanted || wanted(object); };
  for (const catalog::Fact& fact : evidence_.before.facts)
    if (counts(fact.object)) there.insert(fact.object);
  for (const Statement& statement : evidence_.recording.statements) {
    if (statement.n >= before.n) continue;
    for (const catalog::Effect& effect : statement.effects) {
      if (!counts(effect.object) && effect.renamed_from.empty()) continue;
      if (!visible({&statement, &effect}, before)) continue;
      if (!effect.renamed_from.empty()) there.erase({effect.object.kind, effect.renamed_from});
      if (effect.change == catalog::Change::Dropped) {
        there.erase(effect.object);
      } else if (counts(effect.object)) {
        there.insert(effect.object);
      }
    }
  }
  return {there.begin(), there.end()};
}

bool Context::existed_before_the_run(const Name& name) const {
  return std::any_of(evidence_.before.facts.begin(), evidence_.before.facts.end(),
                     [&](const catalog::Fact& fact) { return matches(fact.object, name); });
}

std::string Context::definition_before(const catalog::Object& object, const Statement& before) const {
  const auto seen = last_change(before, [&](const catalog::Effect& effect) {
    return effect.object == object && effect.change != catalog::Change::Dropped;
  });
  if (seen) return seen->effect->after;
  const catalog::Fact* fact = evidence_.before.find(object);
  return fact == nullptr ? "" : fact->definition;
}

std::optional<Plan> Context::planned_later(const Name& name, const std::string& revision,
                                           int after_line) const {
  std::set<std::string> ran;
  for (const run::Step& step : evidence_.steps)
    if (step.finished) ran.insert(step.revision);
  // What is said of the schema counts first: a table of that name in another schema is another table.
  const auto distance = [&](const Name& declared, const std::string& file) {
    const std::string wanted = name.schema == "public" ? "" : name.schema;
    const std::string has = declared.schema == "public" ? "" : declared.schema;
    if (wanted == has) return 0;
    if (wanted.empty()) return 1;
    // Written without a schema, it goes where the file's variables or the search_path say.
    const std::string text = has.empty() ? file_text(file) : "";
    return base::contains(text, "schema") || base::contains(text, "search_path") ? 2 : -1;
  };
  std::optional<Plan> best;
  int best_distance = 0;
  for (const chain::Revision& candidate : evidence_.chain.revisions) {
    if (ran.contains(candidate.id) || is_ancestor(candidate.id, revision)) continue;
    auto [entry, fresh] = declared_.try_emplace(candidate.file);
    if (fresh) entry->second = declared_in(file_text(candidate.file));
    for (const Declared& declared : entry->second) {
      if (candidate.id == revision && declared.line <= after_line) continue;
      const bool with_its_type = name.kind == "label" && declared.name.kind == "type" &&
                                 declared.name.name == name.table &&
                                 base::contains(declared.labels, name.name);
      if (!with_its_type && !matches({declared.name.kind, declared.name.text()}, name) &&
          !(kind_matches(declared.name.kind, name.kind) && declared.name.name == name.name &&
            (declared.name.table.empty() || name.table.empty() || declared.name.table == name.table)))
        continue;
      Plan plan{candidate.id, {candidate.file, declared.line, 0}, true, declared.name, declared.replaces};
      plan.same_branch = candidate.id == revision || revision.empty() || is_ancestor(revision, candidate.id);
      const int far = distance(declared.name, candidate.file);
      if (far < 0) continue;
      if (best && (best_distance < far || (best_distance == far && (best->same_branch || !plan.same_branch))))
        continue;
      best = plan;
      best_distance = far;
    }
  }
  return best;
}

std::optional<base::Location> Context::planned_elsewhere(const Name& name) const {
  for (const std::string& file : evidence_.other_sources) {
    const std::string text = file_text(file);
    if (!base::contains(text, name.name)) continue;  // reading all of them would take long
    for (const Declared& declared : file.ends_with(".sql") ? declared_in_sql(text) : declared_in(text))
      if (kind_matches(declared.name.kind, name.kind) && declared.name.name == name.name &&
          declared.name.table == name.table && same_schema(declared.name.schema, name.schema))
        return base::Location{file, declared.line, 0};
  }
  return std::nullopt;
}

bool Context::is_ancestor(const std::string& ancestor, const std::string& id) const {
  return ancestor != id && ancestry_.with_ancestors({id}).contains(ancestor);
}

bool Context::on_other_branches(const std::string& a, const std::string& b) const {
  return a != b && revision(a) != nullptr && revision(b) != nullptr && !is_ancestor(a, b) &&
         !is_ancestor(b, a);
}

std::string Context::source_line(const base::Location& location) const {
  return source_ && location.known() && location.line > 0 ? source_(location) : "";
}

std::string Context::file_text(const std::string& file) const {
  return source_ && !file.empty() ? source_({file, 0, 0}) : "";
}

bool Context::sqlalchemy_before(int major, int minor, int patch) const {
  int parts[3] = {0, 0, 0};
  const std::string& text = evidence_.tool.sqlalchemy;
  if (text.empty()) return false;
  const char* at = text.c_str();
  for (int& part : parts) {
    char* end = nullptr;
    part = static_cast<int>(std::strtol(at, &end, 10));
    if (end == at || *end != '.') break;
    at = end + 1;
  }
  return std::tie(parts[0], parts[1], parts[2]) < std::tie(major, minor, patch);
}

bool Context::is_version_statement(const Statement& statement) const {
  if (statement.source.operation == "version") return true;
  if (!base::contains(statement.text, evidence_.settings.version_table)) return false;
  const std::string kind = sql::statement_kind(statement.text);
  return kind == "INSERT" || kind == "UPDATE" || kind == "DELETE";
}

bool Context::keeps_versions(int session) const {
  const auto& statements = evidence_.recording.statements;
  return std::any_of(statements.begin(), statements.end(), [&](const record::Statement& statement) {
    return statement.session == session && is_version_statement(statement);
  });
}

}  // namespace windlass::diagnose
