// X8, E6: what PostgreSQL runs only outside of a transaction, and a label that is used before it is
// committed.
#include <fmt/core.h>

#include "fix/enum_spelling.h"
#include "fix/place.h"

namespace windlass::fix {

Mended<Mend> run_outside_transaction(const Ground& ground) {
  const Place place = WINDLASS_TRY(statement_alone(ground, ground.finding.location));
  const PythonSource& source = *place.source;
  const std::string op = WINDLASS_TRY(op_of(source));
  for (const Node* at = source.parent(*place.statement); at != nullptr; at = source.parent(*at))
    if (at->is("With"))
      return not_mended(fmt::format("{} stands in a block of `with`", where(source, *place.call)));
  Mend mend;
  mend.edits[source.file()] =
      in_block(source, *place.statement, fmt::format("with {}.get_context().autocommit_block():", op));
  mend.summary =
      fmt::format("{} runs outside of the transaction.",
                  place.operation.empty() ? std::string("The statement") : "op." + place.operation);
  return mend;
}

}  // namespace windlass::fix
