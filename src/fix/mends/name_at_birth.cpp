// S2: a constraint that is dropped by a name which it was not given: it gets that name where it is made.
#include <fmt/core.h>

#include "base/text.h"
#include "catalog/object.h"
#include "diagnose/compose.h"
#include "fix/place.h"

namespace windlass::fix {

namespace {

/// The column that a ForeignKey stands in: the first argument of the Column or of the create_... around it.
std::string column_of(const PythonSource& source, const Node& key) {
  const Node* above = source.parent(key);
  const Node* callee = above != nullptr && above->is("Call") ? above->child("func") : nullptr;
  if (callee == nullptr || !source.qualified(*callee).ends_with("Column")) return "";
  return string_value(positional(*above, 0)).value_or("");
}

/// The sqlalchemy.ForeignKey calls without a name within a call.
std::vector<const Node*> unnamed_keys(const PythonSource& source, const Node& call) {
  return source.all([&](const Node& node) {
    const Node* callee = node.is("Call") ? node.child("func") : nullptr;
    return callee != nullptr && call.begin <= node.begin && node.end <= call.end &&
           source.qualified(*callee) == "sqlalchemy.ForeignKey" && keyword(node, "name") == nullptr;
  });
}

}  // namespace

Mended<Mend> name_at_birth(const Ground& ground) {
  const diagnose::Finding& finding = ground.finding;
  if (!finding.object || finding.object->kind != "constraint" || finding.evidence.size() != 2)
    return not_mended("which of several it is, is for a person to decide");
  const std::string& wanted = finding.object->name;
  const std::string name = wanted.substr(wanted.rfind('.') + 1);
  const Place birth = WINDLASS_TRY(place_of(ground, finding.evidence.front().location));
  const PythonSource& source = *birth.source;
  Mend mend;
  std::vector<edit::Edit>& edits = mend.edits[source.file()];
  const Node* given = positional(*birth.call, 0);
  if (birth.operation.starts_with("create_") && birth.operation != "create_table" && given != nullptr &&
      given->is("Constant:NoneType")) {
    edits.push_back({given->begin, given->end, diagnose::python_strings({name})});
  } else if (birth.operation == "create_table" || birth.operation == "add_column") {
    // Of several keys it is the one of the column that stands in the name that PostgreSQL gave it.
    std::vector<const Node*> keys = unnamed_keys(source, *birth.call);
    if (keys.size() > 1)
      std::erase_if(keys, [&](const Node* key) {
        const std::string column = column_of(source, *key);
        return column.empty() || !base::contains(finding.evidence.front().note, "_" + column + "_fkey");
      });
    if (keys.size() != 1)
      return not_mended(
          fmt::format("{} does not write it as one ForeignKey without a name", where(source, *birth.call)));
    const size_t end = end_of_arguments(*keys.front());
    edits.push_back({end, end, ", name=" + diagnose::python_strings({name})});
  } else {
    return not_mended(fmt::format("{} has no place for a name", where(source, *birth.call)));
  }
  mend.summary = fmt::format(
      "The constraint is called \"{}\" where it is made. Databases that have it under the other name must be "
      "told: "
      "ALTER TABLE ... RENAME CONSTRAINT.",
      name);
  return mend;
}

}  // namespace windlass::fix
