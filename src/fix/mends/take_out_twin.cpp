// S3: two constraints or indexes that differ in nothing but their names: the second goes, and with it its
// drop.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "catalog/object.h"
#include "fix/place.h"

namespace windlass::fix {

namespace {

/// Whether a literal within a node, but not within one of `but`, has the name.
bool named_in(const PythonSource& source, const std::string& name, const std::vector<const Node*>& but) {
  const auto literals = source.all([&](const Node& node) {
    return (node.is("Constant:str") && base::contains(node.text, name)) ||
           (node.is("JoinedStr") && base::contains(source.text_of(node), name));
  });
  return std::any_of(literals.begin(), literals.end(), [&](const Node* literal) {
    return std::none_of(but.begin(), but.end(), [&](const Node* each) {
      return each->begin <= literal->begin && literal->end <= each->end;
    });
  });
}

}  // namespace

Mended<Mend> take_out_twin(const Ground& ground) {
  const diagnose::Finding& finding = ground.finding;
  if (!finding.object || finding.evidence.size() != 2)
    return not_mended("it is not known what makes each of them");
  const Place second = WINDLASS_TRY(statement_alone(ground, finding.location));
  const PythonSource& source = *second.source;
  if (!second.operation.starts_with("create_") || second.operation == "create_table")
    return not_mended(fmt::format("{} makes more than it, or makes it of a column's own words",
                                  where(source, *second.call)));
  const std::string name = finding.object->name.substr(finding.object->name.rfind('.') + 1);
  if (string_value(positional(*second.call, 0)) != name)
    return not_mended(fmt::format("{} does not write its name as a literal", where(source, *second.call)));
  std::vector<const Node*> gone = drops_of(source, *second.call, second.operation);
  gone.push_back(second.statement);
  if (named_in(source, name, gone))
    return not_mended(fmt::format("{} speaks of \"{}\" elsewhere, too", source.file(), name));
  Mend mend;
  for (const Node* each : gone) mend.edits[source.file()].push_back(source.without(*each));
  mend.summary = fmt::format(
      "It is made once, by what made it first ({}). Databases that have run both keep \"{}\" until a "
      "revision drops it.",
      base::to_string(finding.evidence.front().location), name);
  return mend;
}

}  // namespace windlass::fix
