// D6: rows with keys of their own, and a sequence that does not know.
#include <fmt/core.h>

#include "base/text.h"
#include "diagnose/name.h"
#include "fix/enum_spelling.h"
#include "fix/place.h"

namespace windlass::fix {

/// Moves it past the rows of a database that has been worked in since: never back, as the advice's statement
/// could, which stands right behind the rows that the chain itself puts in.
std::vector<std::string> move_sequence_later(const Ground& ground) {
  for (const run::SequenceBehind& behind : ground.evidence.sequences_behind) {
    if (!ground.finding.object || behind.sequence != ground.finding.object->name) continue;
    const catalog::Fact* fact = ground.evidence.after.find({"sequence", behind.sequence});
    const bool descends = fact != nullptr && base::contains(fact->definition, "\"increment\":-");
    const std::string sequence = diagnose::sql_name_of({"sequence", behind.sequence});
    const std::string last =
        fmt::format("{}({})", descends ? "min" : "max", diagnose::sql_name({behind.column}));
    return {fmt::format("SELECT setval('{}', {}) FROM {} HAVING {} {} (SELECT last_value FROM {})",
                        base::replace_all(sequence, "'", "''"), last,
                        diagnose::sql_name_of({"table", behind.table}), last,
                        descends ? "<=" : ">=", sequence)};
  }
  return {};
}

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
      mend.afterwards = move_sequence_later(ground);
      mend.summary = "The sequence is moved past the rows, once they are inserted.";
      return mend;
    }
  return not_mended("it is not known which sequence it is");
}

}  // namespace windlass::fix
