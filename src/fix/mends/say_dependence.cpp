// G1: a revision that uses what another branch makes says so: depends_on.
#include <fmt/core.h>

#include "diagnose/compose.h"
#include "fix/place.h"

namespace windlass::fix {

Mended<Mend> say_dependence(const Ground& ground) {
  const chain::Revision* revision = ground.revision();
  if (revision == nullptr) return not_mended("it is not known which revision it is");
  std::string on;
  for (const diagnose::Exhibit& exhibit : ground.finding.evidence)
    if (on.empty() && exhibit.revision != revision->id) on = exhibit.revision;
  if (ground.evidence.chain.find(on) == nullptr) return not_mended("it is not known which revision makes it");
  const PythonSource* source = WINDLASS_TRY(ground.sources.of(revision->file));
  Mend mend;
  std::vector<edit::Edit>& edits = mend.edits[source->file()];
  const Node* parents = source->assignment("down_revision");
  const Node* given = source->assignment("depends_on");
  const Node* value = given != nullptr ? given->child("value") : nullptr;
  if (value == nullptr) {
    if (parents == nullptr) return not_mended(fmt::format("{} does not set down_revision", source->file()));
    edits.push_back(source->behind(*parents, {"depends_on = " + diagnose::python_strings({on})}));
  } else if (value->is("Constant:NoneType")) {
    edits.push_back({value->begin, value->end, diagnose::python_strings({on})});
  } else if (value->is("Constant:str")) {
    edits.push_back({value->begin, value->end,
                     fmt::format("({}, {})", source->text_of(*value), diagnose::python_strings({on}))});
  } else if ((value->is("Tuple") || value->is("List")) && !value->children("elts").empty()) {
    const size_t end = value->children("elts").back().end;
    edits.push_back({end, end, ", " + diagnose::python_strings({on})});
  } else {
    return not_mended(fmt::format("{} computes depends_on", where(*source, *given)));
  }
  mend.summary = fmt::format("Revision {} says that it needs revision {}.", revision->id, on);
  return mend;
}

}  // namespace windlass::fix
