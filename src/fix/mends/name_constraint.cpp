// G9: a constraint that was made without a name cannot be dropped by it: drop_constraint(None, ...).
#include <fmt/core.h>

#include "base/text.h"
#include "diagnose/compose.h"
#include "fix/place.h"

namespace windlass::fix {

namespace {

/// The names of the constraints that the statements of a place made.
std::vector<std::string> made_at(const run::Evidence& evidence, const base::Location& at) {
  std::vector<std::string> names;
  for (const record::Statement& statement : evidence.recording.statements) {
    if (statement.source.location.file != at.file || statement.source.location.line != at.line) continue;
    for (const catalog::Effect& effect : statement.effects)
      if (effect.object.kind == "constraint" && effect.change == catalog::Change::Created) {
        const size_t dot = effect.object.name.rfind('.');
        names.push_back(effect.object.name.substr(dot + 1));
      }
  }
  return names;
}

}  // namespace

Mended<Mend> name_constraint(const Ground& ground) {
  const Place place = WINDLASS_TRY(place_of(ground, ground.finding.location));
  const PythonSource& source = *place.source;
  const Node* unnamed = argument(*place.call, 0, "constraint_name");
  if (place.operation != "drop_constraint" || unnamed == nullptr || !unnamed->is("Constant:NoneType"))
    return not_mended("what the downgrade is to do instead is for a person to decide");
  const std::string table = string_value(argument(*place.call, 1, "table_name")).value_or("");
  const std::string kind = string_value(argument(*place.call, 2, "type_")).value_or("");
  const std::string maker = kind == "foreignkey" ? "create_foreign_key"
                            : kind == "unique"   ? "create_unique_constraint"
                            : kind == "check"    ? "create_check_constraint"
                                                 : "";
  std::vector<const Node*> makers, drops;
  for (const Node* call : source.calls_of("alembic.op." + maker)) {
    const Node* name = argument(*call, 0, "constraint_name");
    const std::string of =
        string_value(argument(*call, 1, kind == "foreignkey" ? "source_table" : "table_name")).value_or("");
    if (name != nullptr && name->is("Constant:NoneType") && of == table) makers.push_back(call);
  }
  for (const Node* call : source.calls_of("alembic.op.drop_constraint")) {
    const Node* name = argument(*call, 0, "constraint_name");
    if (name != nullptr && name->is("Constant:NoneType") &&
        string_value(argument(*call, 1, "table_name")).value_or("") == table &&
        string_value(argument(*call, 2, "type_")).value_or("") == kind)
      drops.push_back(call);
  }
  if (makers.size() != 1 || drops.size() != 1)
    return not_mended(
        fmt::format("{} constraints of table \"{}\" are made without a name here and {} dropped: which "
                    "belongs to which is for a person to decide",
                    makers.size(), table, drops.size()));
  const Node& made = *argument(*makers.front(), 0, "constraint_name");
  const base::Location at{source.file(), source.lines().line_at(makers.front()->begin), 0};
  const std::vector<std::string> names = made_at(ground.evidence, at);
  if (names.size() != 1) return not_mended("it is not known what PostgreSQL calls the constraint");
  Mend mend;
  // The name that PostgreSQL gave it: databases that are there have it, too.
  mend.edits[source.file()] = {{made.begin, made.end, diagnose::python_strings({names.front()})},
                               {unnamed->begin, unnamed->end, diagnose::python_strings({names.front()})}};
  mend.summary = fmt::format(
      "The constraint is named as PostgreSQL names it by itself, \"{}\", and dropped by that name.",
      names.front());
  return mend;
}

}  // namespace windlass::fix
