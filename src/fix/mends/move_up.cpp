// S7: an object that the same revision makes only further down.
#include <fmt/core.h>

#include "base/text.h"
#include "fix/place.h"

namespace windlass::fix {

Mended<Mend> move_up(const Ground& ground) {
  if (ground.finding.evidence.empty() || ground.finding.evidence.back().revision != ground.finding.revision) {
    // A later revision's table makes the type for itself: of an enum that is written here, too, the first
    // user is to be the owner.
    if (ground.finding.object && ground.finding.object->kind == "type")
      if (Mended<Mend> made = make_type(ground)) return made;
    return not_mended(
        "another revision makes it, and which of the two is to change depends on the databases that have "
        "passed them");
  }
  const Place use = WINDLASS_TRY(place_of(ground, ground.finding.location));
  const Place creation = WINDLASS_TRY(statement_alone(ground, ground.finding.evidence.back().location));
  const PythonSource& source = *use.source;
  if (creation.source != use.source ||
      source.function_of(*use.statement) != source.function_of(*creation.statement))
    return not_mended("the two stand in different functions");
  // To before the outermost statement of the function that the use is part of.
  const Node* before = use.statement;
  while (source.parent(*before) != source.function_of(*use.statement)) before = source.parent(*before);
  if (before->begin >= creation.statement->begin) return not_mended("the creation stands above it already");
  const std::string_view text = source.text_of(*creation.statement);
  Mend mend;
  std::vector<edit::Edit>& edits = mend.edits[source.file()];
  // Its lines as they are: what stands within brackets and literals keeps its form.
  edits.push_back(source.before(*before, {std::string(text)}));
  edits.push_back(source.without(*creation.statement));
  mend.summary = "The creation stands above its first use.";
  return mend;
}

}  // namespace windlass::fix
