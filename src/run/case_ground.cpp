#include "run/case_ground.h"

#include <utility>

namespace windlass::run {

bool CaseGround::tell_found(const CaseId& id) const {
  const KeptCase* kept = found(id);
  if (kept == nullptr) return false;
  tally.told_again(id.scenario, *kept);
  return true;
}

void CaseGround::tell(const CaseId& id, CaseRun run, const CaseTrace& trace, KeptCase more) const {
  KeptCase done = counted(run.runs);
  done.not_populated = std::move(more.not_populated);
  done.step = std::move(more.step);
  tally.not_populated(done.not_populated);
  const bool well = succeeded(*run.runs.back());
  const bool silent = tally.told(std::move(run));
  if ((tally.wants(id.scenario) ? silent : well) && cache != nullptr) cache->keep(id, trace, std::move(done));
}

}  // namespace windlass::run
