// D6: rows with keys of their own, and a sequence that does not know.
#include <fmt/core.h>

#include "base/text.h"
#include "fix/enum_spelling.h"
#include "fix/place.h"

namespace windlass::fix {

Mended<Mend> move_sequence(const Ground& ground) {
  const Place place = WINDLASS_TRY(place_of(ground, ground.finding.location));
  const std::string op = WINDLASS_TRY(op_of(*place.source));
  const Node* function = place.source->function_of(*place.statement);
  if (function == nullptr || function->text != "upgrade")
    return not_mended(fmt::format("{} stands in a function that may be called from elsewhere",
                                  where(*place.source, *place.call)));
  // What the loop's last round put in counts as well.
  const Node* outermost = place.statement;
  while (place.source->parent(*outermost) != function) outermost = place.source->parent(*outermost);
  for (const std::string& step : ground.finding.fix.steps)
    if (step.starts_with("op.execute(")) {
      Mend mend;
      mend.edits[place.source->file()] = {place.source->behind(*outermost, {op + step.substr(2)})};
      mend.summary = "The sequence is moved past the rows, once they are inserted.";
      return mend;
    }
  return not_mended("it is not known which sequence it is");
}

}  // namespace windlass::fix
