// S1: a search_path that outlives the revision that sets it.
#include <fmt/core.h>

#include "fix/enum_spelling.h"
#include "fix/place.h"

namespace windlass::fix {

Mended<Mend> reset_search_path(const Ground& ground) {
  if (ground.finding.evidence.empty()) return not_mended("it is not known what sets it");
  const Place setter = WINDLASS_TRY(place_of(ground, ground.finding.evidence.front().location));
  const PythonSource& source = *setter.source;
  const std::string op = WINDLASS_TRY(op_of(source));
  const Node* function = source.function_of(*setter.statement);
  if (function == nullptr || (function->text != "upgrade" && function->text != "downgrade"))
    return not_mended(fmt::format("{} stands in a function that may be called from elsewhere",
                                  where(source, *setter.call)));
  const Node& last = function->children("body").back();
  if (last.is("Return")) return not_mended("the function returns before its end");
  Mend mend;
  mend.edits[source.file()] = {source.behind(last, {fmt::format("{}.execute(\"RESET search_path\")", op)})};
  mend.summary =
      fmt::format("Revision {} puts search_path back at its end.", ground.finding.evidence.front().revision);
  return mend;
}

}  // namespace windlass::fix
