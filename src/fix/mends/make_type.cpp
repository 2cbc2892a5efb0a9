// E3, E4: a type that nothing creates, because add_column and alter_column never do, and create_table only
// once for each process. One explicit create before its first use, and one explicit drop.
#include <fmt/core.h>

#include "catalog/object.h"
#include "fix/enum_spelling.h"
#include "fix/place.h"

namespace windlass::fix {

Mended<Mend> make_type(const Ground& ground) {
  if (!ground.finding.object || ground.finding.object->kind != "type")
    return not_mended("where it is to come from is for a person to decide");
  const std::string type = catalog::schema_and_name(ground.finding.object->name).second;
  const Place place = WINDLASS_TRY(place_of(ground, ground.finding.location));
  const PythonSource& source = *place.source;
  const auto all = WINDLASS_TRY(constructions(ground, type, ground.finding.revision));
  const std::string op = WINDLASS_TRY(op_of(source));
  if (source.function_of(*place.statement) == nullptr)
    return not_mended(fmt::format("{} stands outside of a function", where(source, *place.call)));

  const std::string expression = expression_of(all.front());
  Mend mend;
  std::vector<edit::Edit>& edits = mend.edits[source.file()];
  edits = spelled(source, all);
  edits.push_back(source.before(*place.statement,
                                {fmt::format("{}.create({}.get_bind(), checkfirst=False)", expression, op)}));
  for (edit::Edit& each : dropped_in_downgrade(
           source, type, fmt::format("{}.drop({}.get_bind(), checkfirst=False)", expression, op)))
    edits.push_back(std::move(each));
  mend.summary = fmt::format("The type \"{}\" is created before its first use.", type);
  return mend;
}

}  // namespace windlass::fix
