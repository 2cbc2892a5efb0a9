// E5: a revision creates an enum type and its downgrade drops the table but not the type: downgrade and
// upgrade again fails with "already exists". Read from the source, not run: silent wherever in doubt.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/enum_fix.h"
#include "diagnose/python_words.h"
#include "diagnose/rules.h"
#include "sql/statement_kind.h"
#include "sql/targets.h"
#include "sql/tokens.h"

namespace windlass::diagnose {

namespace {

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// What a downgrade does, as far as its words tell.
class Downgrade {
 public:
  explicit Downgrade(std::string_view text) : words_(python_words(text)) {
    for (size_t i = 0; i < words_.size() && !doubtful_; ++i) look_at(i);
  }

  /// It drops a table or a column, and nothing in it can drop the type of this name.
  bool leaves(std::string_view type) const {
    return drops_ && !doubtful_ && std::find(types_.begin(), types_.end(), type) == types_.end();
  }

 private:
  bool symbol(size_t i, char c) const { return i < words_.size() && words_[i].symbol(c); }

  void look_at(size_t i) {
    const PythonWord& word = words_[i];
    if (word.kind != PythonWord::Kind::Name) return;
    if (one_of(word.text, {"import", "for", "while", "lambda", "raise", "exec", "eval"})) doubtful_ = true;
    // `with op.batch_alter_table(...) as b:`
    if (word.text == "as" && i + 1 < words_.size()) operations_.push_back(words_[i + 1].text);
    if (symbol(i + 1, '(')) call(i);
  }

  void call(size_t i) {
    const std::string& name = words_[i].text;
    if (one_of(name, {"if", "elif", "and", "or", "not", "in", "with", "return"})) return;
    if (i > 0 && words_[i - 1].name("def")) return;
    if (i < 2 || !symbol(i - 1, '.')) {
      doubtful_ = true;  // a function of the project, which may do anything
      return;
    }
    const std::string& owner = words_[i - 2].text;
    if (one_of(owner, {"sa", "sqlalchemy", "postgresql"})) return;  // a column's parts
    const bool operation = std::find(operations_.begin(), operations_.end(), owner) != operations_.end();
    if (operation && one_of(name, {"drop_table", "drop_column"})) {
      drops_ = true;
    } else if (operation && name == "execute") {
      doubtful_ = doubtful_ || !understood_sql(i + 1);
    } else if (!operation || !(name.starts_with("drop_") || name.starts_with("create_") ||
                               one_of(name, {"add_column", "alter_column", "batch_alter_table",
                                             "rename_table", "bulk_insert", "f"}))) {
      doubtful_ = true;
    }
  }

  /// The brackets hold one literal, and it drops the types that it names, or has no word of a command that
  /// might take a type away.
  bool understood_sql(size_t open) {
    if (open + 2 >= words_.size() || words_[open + 1].kind != PythonWord::Kind::String ||
        !words_[open + 2].symbol(')') || base::contains(words_[open + 1].text, "{"))
      return false;
    const std::string& text = words_[open + 1].text;
    const std::vector<sql::Target> targets = sql::read_targets(text).targets;
    const auto names_a_type = [](const sql::Target& target) {
      return target.action == sql::Action::Drop && target.kind == "type" && !target.cascade;
    };
    if (sql::statement_kind(text) == "DROP TYPE" && !base::contains(text, ";") && !targets.empty() &&
        std::all_of(targets.begin(), targets.end(), names_a_type)) {
      for (const sql::Target& target : targets) types_.push_back(target.name);
      return true;
    }
    for (const sql::Token& token : sql::tokens(text))
      if (one_of(token.text,
                 {"type", "domain", "schema", "owned", "cascade", "extension", "do", "call", "select"}))
        return false;
    return true;
  }

  std::vector<PythonWord> words_;
  std::vector<std::string> operations_ = {"op"};
  std::vector<std::string> types_;  ///< dropped by name
  bool drops_ = false;
  bool doubtful_ = false;
};

/// Whether a second run of the revision would send the statement again: it was sent without a test, and the
/// revision had not asked for the type by itself.
bool sent_in_any_case(const Context& context, const record::Statement& creation) {
  if (creation.source.emitted == "checked" || sql::statement_kind(creation.text) != "CREATE TYPE")
    return false;
  for (const record::Statement& statement : context.evidence().recording.statements) {
    if (statement.n >= creation.n) break;
    if (statement.source.revision == creation.source.revision && statement.source.emitted != "checked" &&
        base::contains(base::to_lower(statement.text), "pg_type"))
      return false;
  }
  return true;
}

/// Some statement of the run dropped a type of this name or renamed it away (to make it anew with other
/// labels): what a second run of the revision meets is another question.
bool ever_taken_away(const Context& context, const catalog::Object& type) {
  for (const record::Statement& statement : context.evidence().recording.statements)
    for (const catalog::Effect& effect : statement.effects) {
      if (effect.rolled_back || effect.object.kind != type.kind) continue;
      const bool dropped = effect.change == catalog::Change::Dropped && effect.object == type;
      if (dropped || effect.renamed_from == type.name) return true;
    }
  return false;
}

}  // namespace

void type_left_by_downgrade(const Context& context, std::vector<Finding>& findings) {
  if (!context.ended_well()) return;
  for (const record::Statement& statement : context.evidence().recording.statements) {
    if (statement.failed() || statement.source.revision.empty()) continue;
    const chain::Revision* revision = context.revision(statement.source.revision);
    if (revision == nullptr || !sent_in_any_case(context, statement)) continue;
    for (const catalog::Effect& effect : statement.effects) {
      if (effect.object.kind != "type" || effect.change != catalog::Change::Created || effect.rolled_back ||
          ever_taken_away(context, effect.object))
        continue;
      // Named as the statement names it: with a schema only where it gives one.
      const std::vector<sql::Target> targets = sql::read_targets(statement.text).targets;
      if (targets.empty() || targets.front().name.empty()) continue;
      const std::string& name = targets.front().name;
      if (!Downgrade(function_text(context.file_text(revision->file), "downgrade")).leaves(name)) continue;
      Finding finding =
          finding_at(context, "type-left-by-downgrade", revision->id, statement.source.location);
      finding.severity = Severity::Info;
      finding.certainty = Certainty::Static;
      finding.root = false;
      finding.object = effect.object;
      finding.statement = short_statement(statement);
      finding.cause = fmt::format(
          "Revision {} creates the type \"{}\" and its downgrade leaves it behind: after a downgrade, the "
          "upgrade fails because the "
          "type is there (op.drop_table and op.drop_column never drop a type).",
          revision->id, name);
      finding.evidence = {exhibit(statement, "created", "Sent without a test whether the type is there.")};
      finding.fix.summary = "Drop the type in downgrade(), after the table or column that uses it.";
      finding.fix.steps = {fmt::format(
          "op.execute({})", python_strings({"DROP TYPE " + sql_name({targets.front().schema, name})}))};
      finding.fix.do_not = "Do not add CASCADE: a column elsewhere that uses the type would go with it.";
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace windlass::diagnose
