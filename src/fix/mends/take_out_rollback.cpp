// X9: a ROLLBACK within a revision undoes what others did before it.
#include "base/text.h"
#include "fix/place.h"
#include "sql/statement_kind.h"

namespace windlass::fix {

Mended<Mend> take_out_rollback(const Ground& ground) {
  const Place place = WINDLASS_TRY(statement_alone(ground, ground.finding.location));
  const Node* sql = sql_literal(*place.source, *place.call);
  if (sql == nullptr || !is_one_command(sql->text) || sql::statement_kind(sql->text) != "ROLLBACK")
    return not_mended("the place does more than send a ROLLBACK");
  Mend mend;
  mend.edits[place.source->file()] = {place.source->without(*place.statement)};
  mend.summary = "The ROLLBACK is taken out.";
  return mend;
}

}  // namespace windlass::fix
