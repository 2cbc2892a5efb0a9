#include "record/lost_work.h"

#include <algorithm>
#include <map>

#include "sql/statement_kind.h"

namespace windlass::record {

std::vector<LostWork> lost_work(const Recording& recording) {
  std::map<int, int> first_error;   // transaction -> statement
  std::map<int, int> last_lasting;  // session -> the last statement with an effect that lasted
  for (const Statement& statement : recording.statements) {
    if (statement.failed()) first_error.emplace(statement.transaction, statement.n);
    if (std::any_of(statement.effects.begin(), statement.effects.end(),
                    [](const catalog::Effect& effect) { return !effect.rolled_back; }))
      last_lasting[statement.session] = statement.n;
  }
  std::vector<LostWork> found;
  for (const Statement& statement : recording.statements) {
    if (statement.tag != "ROLLBACK" || sql::statement_kind(statement.text) != "COMMIT") continue;
    LostWork lost{statement.n, 0, false};
    if (const auto error = first_error.find(statement.transaction); error != first_error.end())
      lost.error = error->second;
    if (const auto later = last_lasting.find(statement.session); later != last_lasting.end())
      lost.went_on = later->second > statement.n;
    found.push_back(lost);
  }
  return found;
}

}  // namespace windlass::record
