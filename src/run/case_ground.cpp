#include "run/case_ground.h"

#include <utility>

namespace windlass::run {

bool CaseGround::tell_found(const CaseId& id) const {
  const KeptCase* kept = found(id);
  if (kept == nullptr) return false;
  if (!tally.told_again(id.scenario, id.name, *kept)) cache->distrust();
  return true;
}

void CaseGround::tell(const CaseId& id, CaseRun run, const CaseTrace& trace, KeptCase more) const {
  KeptCase done = counted(run);
  done.not_populated = std::move(more.not_populated);
  done.down_failed = more.down_failed;
  done.step = std::move(more.step);
  tally.not_populated(done.not_populated);
  CaseSaid said = tally.told(std::move(run), done);
  if (!said.may_be_kept || cache == nullptr) return;
  done.said = std::move(said.words);
  cache->keep(id, trace, std::move(done));
}

}  // namespace windlass::run
