// D5: a table is altered while deferred checks on its rows are pending.
#include <fmt/core.h>

#include "fix/enum_spelling.h"
#include "fix/place.h"

namespace windlass::fix {

Mended<Mend> check_constraints_first(const Ground& ground) {
  const Place place = WINDLASS_TRY(place_of(ground, ground.finding.location));
  const std::string op = WINDLASS_TRY(op_of(*place.source));
  if (place.source->function_of(*place.statement) == nullptr)
    return not_mended(fmt::format("{} stands outside of a function", where(*place.source, *place.call)));
  Mend mend;
  mend.edits[place.source->file()] = {place.source->before(
      *place.statement, {fmt::format("{}.execute(\"SET CONSTRAINTS ALL IMMEDIATE\")", op)})};
  mend.summary = "The checks on the rows run before the table is altered.";
  return mend;
}

}  // namespace windlass::fix
