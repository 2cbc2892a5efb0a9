// E1, E2: of two creators of one type the first is its owner; the second only uses it.
#include <fmt/core.h>

#include "base/text.h"
#include "catalog/object.h"
#include "fix/enum_spelling.h"
#include "fix/place.h"

namespace windlass::fix {

namespace {

/// SQLAlchemy sent the second CREATE TYPE by itself, for a table's column.
bool sent_for_a_column(const Ground& ground, const std::string& type) {
  for (const record::Statement& statement : ground.evidence.recording.statements) {
    if (statement.source.location != ground.finding.location || statement.source.emitted != "auto") continue;
    if (base::contains(statement.text, type) && base::contains(statement.text, "CREATE TYPE")) return true;
  }
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
  Mend mend;
  if (sent_for_a_column(ground, type)) {
    const auto all = WINDLASS_TRY(constructions(ground, type, ground.finding.revision));
    const PythonSource& source = *all.front().source;
    mend.edits[source.file()] = spelled(source, all);
    mend.summary = fmt::format(
        "The columns no longer create the type \"{}\": postgresql.ENUM with create_type=False.", type);
    if (mend.edits[source.file()].empty())
      return not_mended(
          "the flag create_type=False is there, and SQLAlchemy loses it where it copies the column");
    return mend;
  }
  const Place second = WINDLASS_TRY(statement_alone(ground, ground.finding.location));
  const Node* sql = sql_literal(*second.source, *second.call);
  const Node* callee = second.call->child("func");
  const bool create = callee->is("Attribute") && callee->text == "create";
  if (!create && (sql == nullptr || !is_one_command(sql->text)))
    return not_mended(fmt::format("{} may do more than create the type", where(*second.source, *second.call)));
  mend.edits[second.source->file()] = {second.source->without(*second.statement)};
  mend.summary = fmt::format("The type \"{}\" is created in one place only, by what created it first.", type);
  return mend;
}

}  // namespace windlass::fix
