// E1, E2: of two creators of one type the first is its owner; the second only uses it.
#include <fmt/core.h>

#include <algorithm>

#include "catalog/object.h"
#include "fix/enum_spelling.h"
#include "fix/place.h"
#include "sql/targets.h"

namespace windlass::fix {

namespace {

/// A call that makes the type only along with a table, for its columns.
bool makes_a_table(const Place& place) {
  if (!place.operation.empty())
    return place.operation == "create_table" || place.operation == "batch_alter_table";
  const Node* callee = place.call->child("func");
  return callee != nullptr && callee->is("Attribute") && callee->text == "create_all";
}

/// `type.create(bind)` of an enum.
bool creates_the_type(const Place& place, const std::vector<Construction>& all) {
  const Node* callee = place.call->child("func");
  const Node* owner = callee->is("Attribute") && callee->text == "create" ? callee->child("value") : nullptr;
  return owner != nullptr && std::any_of(all.begin(), all.end(), [&](const Construction& each) {
           return each.call == owner || (owner->is("Name") && each.assigned_to == owner->text);
         });
}

/// One of the two statements makes a table or view of the type's name, which has a row type of that name.
bool of_another_kind(const Ground& ground, const std::string& type) {
  for (const diagnose::Exhibit& exhibit : ground.finding.evidence)
    for (const sql::Target& target : sql::read_targets(exhibit.statement).targets)
      if (target.action == sql::Action::Create && target.name == type && target.kind != "type") return true;
  return false;
}

bool definitions_differ(const Ground& ground) {
  for (const diagnose::Finding& each : ground.all)
    if (each.code == "duplicate-differs" && each.object == ground.finding.object) return true;
  return false;
}

}  // namespace

Mended<Mend> own_type(const Ground& ground) {
  if (!ground.finding.object) return not_mended("it is not known which type it is");
  if (definitions_differ(ground))
    return not_mended("the two definitions differ, and which of them is meant is for a person to decide");
  const std::string type = catalog::schema_and_name(ground.finding.object->name).second;
  if (of_another_kind(ground, type))
    return not_mended(
        "one name cannot be a type's and a table's, and which is to be renamed is for a person to decide");
  const Place second = WINDLASS_TRY(place_of(ground, ground.finding.location));
  const PythonSource& source = *second.source;
  Mend mend;
  if (makes_a_table(second)) {
    const auto all =
        used_in(WINDLASS_TRY(constructions(ground, type, ground.finding.revision)), *second.call);
    mend.edits[source.file()] = spelled(source, all);
    mend.summary = fmt::format(
        "The columns no longer create the type \"{}\": postgresql.ENUM with create_type=False.", type);
    if (mend.edits[source.file()].empty())
      return not_mended(
          "the flag create_type=False is there, and SQLAlchemy loses it where it copies the column");
    return mend;
  }
  const Node* whole = try_around(source, *second.statement);
  if (whole == nullptr) whole = WINDLASS_TRY(statement_alone(ground, ground.finding.location)).statement;
  const Node* sql = sql_literal(source, *second.call);
  const auto all = constructions(ground, type, ground.finding.revision);
  const bool create = all && creates_the_type(second, *all);
  if (!create && (sql == nullptr || !is_one_command(sql->text)))
    return not_mended(fmt::format("{} may do more than create the type", where(source, *second.call)));
  mend.edits[source.file()] = {source.without(*whole)};
  mend.summary = fmt::format("The type \"{}\" is created in one place only, by what created it first.", type);
  return mend;
}

}  // namespace windlass::fix
