// G1: a revision uses what a revision on another branch has created, and nothing in the graph says that the
// other one runs first. This run passed there; Alembic's order of branches has changed between its versions,
// and a database may have run the one branch and not the other.
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "sql/statement_kind.h"
#include "sql/targets.h"
#include "sql/tokens.h"

namespace windlass::diagnose {

namespace {

bool has_branches(const chain::Chain& chain) {
  if (chain.bases.size() > 1) return true;
  std::set<std::string> parents;
  for (const chain::Revision& revision : chain.revisions)
    for (const std::string& parent : revision.parents)
      if (!parents.insert(parent).second) return true;
  return false;
}

/// How `makes` below has a table or type, and a column.
std::string own_name(const std::string& table, const std::string& name) {
  return table.empty() ? name : table + '.' + name;
}

/// What the statement takes for granted: the tables whose parts it makes or changes, what it alters or refers
/// to, the types of its columns, the columns of an index or a constraint. Not what it is careful about, nor
/// what its revision would make itself
/// (`makes`, which it adds to): a guarded creation has no effect where the object is there.
std::vector<Name> needs_of(const record::Statement& statement, std::set<std::string>& makes) {
  sql::Reading reading = sql::read_targets(statement.text);
  if (const std::string kind = sql::statement_kind(statement.text); kind.ends_with("VIEW")) {
    const std::vector<sql::Token> words = sql::tokens(statement.text);
    const auto as =
        std::find_if(words.begin(), words.end(), [](const sql::Token& word) { return word.is("as"); });
    if (as != words.end())
      for (sql::Target& target :
           sql::read_targets(std::string_view(statement.text).substr(as->offset + 2)).targets)
        reading.targets.push_back(std::move(target));
  }
  std::vector<Name> needs;
  if (reading.do_block) return needs;
  for (const sql::Target& target : reading.targets)
    if (target.action == sql::Action::Create && (target.table.empty() || target.kind == "column"))
      makes.insert(own_name(target.table, target.name));
  for (const sql::Target& target : reading.targets) {
    if (target.guarded || target.or_replace) continue;
    if (!target.table.empty()) needs.push_back({"relation", target.table_schema, "", target.table});
    // Of an index or a constraint; a table brings its columns along.
    if (!target.table.empty() && target.action == sql::Action::Create)
      for (const std::string& column : target.columns)
        needs.push_back({"column", target.table_schema, target.table, column});
    if (!target.type.empty()) needs.push_back({"type", target.type_schema, "", target.type});
    if (target.action != sql::Action::Create && target.table.empty() && !target.name.empty())
      needs.push_back({target.kind == "table" ? "relation" : target.kind, target.schema, "", target.name});
  }
  std::erase_if(needs, [&](const Name& name) { return makes.contains(own_name(name.table, name.name)); });
  return needs;
}

/// Whether the revision asks the catalog what is there: it may act by the answer.
bool looks_first(const std::vector<record::Statement>& statements, const std::string& revision) {
  return std::any_of(statements.begin(), statements.end(), [&](const record::Statement& statement) {
    return statement.source.revision == revision && sql::statement_kind(statement.text) == "SELECT" &&
           (base::contains(statement.text, "pg_catalog") || base::contains(statement.text, "pg_class") ||
            base::contains(statement.text, "pg_type") || base::contains(statement.text, "to_reg") ||
            base::contains(statement.text, "information_schema"));
  });
}

/// Every creation of the run, by the last part of the object's name.
class Creations {
 public:
  /// Statements are added in the order of the run.
  void add(const record::Statement& statement) {
    for (const catalog::Effect& effect : statement.effects)
      if (!effect.rolled_back && (effect.change == catalog::Change::Created || !effect.renamed_from.empty()))
        by_name_[last_part(effect.object)].push_back({&statement, &effect});
  }

  /// The last creation of `name`, where each of them is on another branch than `revision`.
  std::optional<Sighting> only_elsewhere(const Context& context, const Name& name,
                                         const std::string& revision) const {
    const auto found = by_name_.find(name.name);
    if (found == by_name_.end()) return std::nullopt;
    std::optional<Sighting> last;
    for (const Sighting& sighting : found->second) {
      if (!matches(sighting.effect->object, name)) continue;
      if (!context.on_other_branches(sighting.statement->source.revision, revision)) return std::nullopt;
      last = sighting;
    }
    return last;
  }

 private:
  std::map<std::string, std::vector<Sighting>> by_name_;
};

Finding told(const Context& context, const record::Statement& statement, const Name& name,
             const Sighting& made) {
  const std::string& revision = statement.source.revision;
  const std::string& maker = made.statement->source.revision;
  Finding finding = finding_at(context, "hidden-order", revision, place_of(context, statement));
  finding.severity = Severity::Warning;
  finding.statement = short_statement(statement);
  finding.object = made.effect->object;
  finding.cause = fmt::format(
      "{} uses the {}, which revision {} creates on another branch. It passed only because Alembic ran {} "
      "first "
      "this time; nothing in the chain says so.",
      sender(statement, finding.location), the(name), maker, maker);
  finding.evidence = {exhibit(made, "Creates it."), exhibit(statement, "", "Uses it.")};
  finding.fix.summary = fmt::format("Say that revision {} needs revision {}.", revision, maker);
  finding.fix.steps = {
      fmt::format("In the file of revision {}: depends_on = {}", revision, python_strings({maker}))};
  finding.fix.do_not =
      "Do not rely on the order of a merge's parents: it has changed between Alembic's versions.";
  return finding;
}

}  // namespace

void hidden_order(const Context& context, std::vector<Finding>& findings) {
  if (!has_branches(context.evidence().chain)) return;
  const std::vector<record::Statement>& statements = context.evidence().recording.statements;
  Creations creations;
  std::set<std::pair<std::string, std::string>> seen;  // the revisions of a finding
  std::map<std::string, std::set<std::string>> makes;  // by revision
  for (const record::Statement& statement : statements) {
    const std::string& revision = statement.source.revision;
    if (!revision.empty() && !statement.failed() && !statement.skipped &&
        !context.is_version_statement(statement))
      for (const Name& name : needs_of(statement, makes[revision])) {
        const auto made = creations.only_elsewhere(context, name, revision);
        if (!made || context.existed_before_the_run(name)) continue;
        if (!seen.insert({made->statement->source.revision, revision}).second) continue;
        if (!looks_first(statements, revision)) findings.push_back(told(context, statement, name, *made));
      }
    creations.add(statement);
  }
}

}  // namespace windlass::diagnose
