#include "run/repair_run.h"

namespace windlass::run {

base::Result<RecordOutcome> run_repair(const CheckSettings& chain, const std::string& revision,
                                       const RecordedCommand& command,
                                       std::optional<std::chrono::milliseconds> timeout) {
  StageSettings stage = chain.stage;
  stage.place.keep = false;
  if (revision == "base") return run_recorded(stage, command, timeout);
  CheckSettings to_there = chain;
  to_there.to = revision;
  to_there.keep.server = true;
  CheckOutcome there = WINDLASS_TRY(run_check(to_there, {}));
  if (there.interrupted != 0 || !succeeded(there.evidence) || !there.left.state || !there.left.server)
    return base::fail({"run the chain", "to revision " + revision,
                       there.left.because.empty() ? "it did not come there" : there.left.because, "",
                       base::Exit::CouldNotLook});
  stage.place.state = there.left.state;
  stage.place.server = std::move(there.left.server);
  return run_recorded(stage, command, timeout);
}

}  // namespace windlass::run
