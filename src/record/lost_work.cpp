#include "record/lost_work.h"

#include <algorithm>

#include "sql/statement_kind.h"

namespace windlass::record {

std::vector<LostWork> lost_work(const Recording& recording) {
  std::vector<LostWork> found;
  for (const Statement& statement : recording.statements) {
    if (statement.tag != "ROLLBACK" || sql::statement_kind(statement.text) != "COMMIT") continue;
    LostWork lost{statement.n, 0, false};
    for (const Statement& other : recording.statements) {
      if (other.session != statement.session) continue;
      if (other.transaction == statement.transaction && other.failed() && lost.error == 0)
        lost.error = other.n;
      if (other.n > statement.n && other.transaction != statement.transaction)
        lost.went_on =
            lost.went_on || std::any_of(other.effects.begin(), other.effects.end(),
                                        [](const catalog::Effect& effect) { return !effect.rolled_back; });
    }
    found.push_back(lost);
  }
  return found;
}

}  // namespace windlass::record
