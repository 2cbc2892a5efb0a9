// E10: something is dropped while it is in use. Where the same function drops what uses it further down, the
// drop goes behind that; a type that another revision made is dropped by that one's downgrade.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "catalog/object.h"
#include "diagnose/compose.h"
#include "fix/dependents.h"
#include "fix/enum_spelling.h"
#include "fix/place.h"
#include "sql/sql_name.h"

namespace windlass::fix {

namespace {

/// What the server named as depending on it; empty where one of its lines says something else.
std::vector<Dependent> dependents(const diagnose::Finding& finding) {
  std::vector<Dependent> found;
  for (const std::string& line : finding.fix.steps) {
    const auto one = dependent_of(line);
    if (!one) return {};
    found.push_back(*one);
  }
  return found;
}

/// The last of the function's own statements, behind `drop`, that take these away; nullptr where one is left.
const Node* last_user(const PythonSource& source, const Node& function, const Node& drop,
                      const std::vector<Dependent>& users) {
  const Node* last = nullptr;
  std::vector<bool> gone(users.size());
  for (const Node& statement : function.children("body")) {
    if (statement.begin <= drop.begin) continue;
    for (const Node* call : source.all([&](const Node& node) {
           return node.is("Call") && statement.begin <= node.begin && node.end <= statement.end;
         })) {
      if (source.conditional(*call)) continue;
      for (const Dependent& taken : taken_away_by(source, *call))
        for (size_t i = 0; i < users.size(); ++i)
          if (!gone[i] && takes_away(taken, users[i])) {
            gone[i] = true;
            last = &statement;
          }
    }
  }
  return std::find(gone.begin(), gone.end(), false) == gone.end() ? last : nullptr;
}

/// The revision that makes the type in the run; empty where none does, or several do.
std::string maker_of(const run::Evidence& evidence, const DropRefused& type) {
  std::string maker;
  for (const record::Statement& statement : evidence.recording.statements)
    for (const catalog::Effect& effect : statement.effects) {
      if (effect.object.kind != "type" || effect.change != catalog::Change::Created || effect.rolled_back)
        continue;
      const auto [schema, name] = catalog::schema_and_name(effect.object.name);
      if (name != type.name || (!type.schema.empty() && schema != type.schema)) continue;
      if (!maker.empty() && maker != statement.source.revision) return "";
      maker = statement.source.revision;
    }
  return maker;
}

/// Whether the revision makes one of these: then it is not the drop that is wrong, but that it is left.
bool makes_one(const run::Evidence& evidence, const std::string& revision,
               const std::vector<Dependent>& users) {
  for (const record::Statement& statement : evidence.recording.statements) {
    if (statement.source.revision != revision) continue;
    for (const catalog::Effect& effect : statement.effects)
      for (const Dependent& user : users) {
        const std::string name = user.table.empty() ? user.name : user.table + "." + user.name;
        if (effect.change == catalog::Change::Created && effect.object.kind == user.kind &&
            effect.object.name.ends_with("." + name))
          return true;
      }
  }
  return false;
}

/// `mood.drop(...)` of the type in a function.
bool drops_the_enum(const PythonSource& source, const Node& function, const std::vector<Construction>& all) {
  for (const Node* call : source.all([](const Node& node) { return node.is("Call"); })) {
    const Node* callee = call->child("func");
    const Node* owner = callee != nullptr && callee->is("Attribute") && callee->text == "drop"
                            ? callee->child("value")
                            : nullptr;
    if (owner == nullptr || source.function_of(*call) != &function) continue;
    for (const Construction& each : all)
      if (each.call == owner || (owner->is("Name") && owner->text == each.assigned_to)) return true;
  }
  return false;
}

/// The drop is the maker's: it leaves this downgrade, and stands at the end of that one.
Mended<Mend> to_the_maker(const Ground& ground, const Place& drop, const DropRefused& type,
                          const std::vector<Dependent>& users) {
  const std::string maker = maker_of(ground.evidence, type);
  const chain::Revision* made_by = ground.evidence.chain.find(maker);
  if (maker.empty() || made_by == nullptr || maker == ground.finding.revision)
    return not_mended("what still uses it is not dropped in the same function, further down");
  if (makes_one(ground.evidence, ground.finding.revision, users))
    return not_mended("the downgrade does not drop all that the upgrade makes of the type");
  Mend mend;
  mend.edits[drop.source->file()] = {drop.source->without(*drop.statement)};
  mend.summary = fmt::format(
      "The type \"{}\" is dropped by the downgrade of the revision that makes it ({}), and not "
      "while others use it.",
      type.name, maker);
  const PythonSource* source = WINDLASS_TRY(ground.sources.of(made_by->file));
  const Node* downgrade = source->function("downgrade");
  const auto all = constructions(ground, type.name, maker);
  if (downgrade != nullptr && all && drops_the_enum(*source, *downgrade, *all)) return mend;
  const std::string op = WINDLASS_TRY(op_of(*source));
  const std::string statement = fmt::format(
      "{}.execute({})", op,
      diagnose::python_strings({fmt::format("DROP TYPE {}", sql::sql_name({type.schema, type.name}))}));
  for (edit::Edit& each : dropped_in_downgrade(*source, type.name, statement))
    mend.edits[source->file()].push_back(std::move(each));
  return mend;
}

}  // namespace

Mended<Mend> drop_last(const Ground& ground) {
  const diagnose::Finding& finding = ground.finding;
  const auto refused = drop_refused(finding.message);
  if (finding.sqlstate != "2BP01" || !refused) return another_kind();
  const std::vector<Dependent> users = dependents(finding);
  if (users.empty()) return not_mended("it is not known for certain what depends on it");
  const Place drop = WINDLASS_TRY(statement_alone(ground, finding.location));
  const PythonSource& source = *drop.source;
  const Node* function = source.function_of(*drop.statement);
  if (const Node* sql = sql_literal(source, *drop.call); sql != nullptr && !is_one_command(sql->text))
    return not_mended(fmt::format("{} sends several commands", where(source, *drop.call)));
  if (source.parent(*drop.statement) != function)
    return not_mended(fmt::format("{} stands in a block of its own", where(source, *drop.call)));
  if (const Node* last = last_user(source, *function, *drop.statement, users)) {
    Mend mend;
    mend.edits[source.file()] = {source.behind(*last, {std::string(source.text_of(*drop.statement))}),
                                 source.without(*drop.statement)};
    mend.summary = fmt::format("The {} \"{}\" is dropped behind what uses it.", refused->kind, refused->name);
    return mend;
  }
  if (refused->kind == "type" && function->text == "downgrade")
    return to_the_maker(ground, drop, *refused, users);
  return not_mended("what still uses it is not dropped in the same function, further down");
}

}  // namespace windlass::fix
