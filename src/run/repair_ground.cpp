#include "run/repair_ground.h"

#include <iterator>

#include "run/scenarios.h"

namespace windlass::run {

namespace {

/// A state takes megabytes, and places are asked for mostly in their order: the first goes first.
constexpr size_t kMostStates = 8;

}  // namespace

base::Result<std::unique_ptr<RepairGround>> RepairGround::make(CheckSettings settings, const Evidence& clean,
                                                               std::vector<std::string> order) {
  std::unique_ptr<RepairGround> ground(
      new RepairGround(std::move(settings), clean.database, std::move(order)));
  ground->folder_ = WINDLASS_TRY(scratch::RunFolder::make());
  ground->settings_.keep = WINDLASS_TRY(kept_for({}, ground->folder_.path(), false));
  ground->settings_.stage.place.keep = false;
  ground->runner_ = WINDLASS_TRY(ScenarioRunner::make(ground->settings_, clean));
  return ground;
}

base::Result<SharedState> RepairGround::at(size_t position) {
  if (position == 0) return SharedState();
  const std::lock_guard lock(mutex_);
  const std::string& revision = order_[position - 1];
  Order order{.target = revision, .keep = true};
  if (auto above = states_.upper_bound(position); above != states_.begin()) {
    const auto& [below, state] = *std::prev(above);
    if (below == position) return state;
    order.from = state;
  }
  auto done = runner_->run(order);
  // What runs as one process need not run in two.
  if (order.from && (!done || !succeeded(*done->evidence)))
    done = runner_->run({.target = revision, .keep = true});
  if (!done) return base::fail(done.error());
  if (!succeeded(*done->evidence) || !done->left.state)
    return base::fail({"run the chain", "to revision " + revision,
                       done->left.because.empty() ? "it did not come there" : done->left.because, "",
                       base::Exit::CouldNotLook});
  states_[position] = done->left.state;
  if (states_.size() > kMostStates) states_.erase(states_.begin());
  return done->left.state;
}

base::Result<RepairOutcome> RepairGround::run(const RepairScript& script, const SharedState& state,
                                              bool keep_server) {
  StageSettings stage = settings_.stage;
  stage.place.state = state;
  stage.place.side_by_side = true;
  return run_script(std::move(stage), database_, script, settings_.timeout, keep_server);
}

base::Result<SharedEvidence> RepairGround::upgrade(RepairOutcome& ran) {
  RunDone done = WINDLASS_TRY(
      runner_->run({.target = settings_.to, .from = ran.left.state, .server = std::move(ran.left.server)}));
  return done.evidence;
}

}  // namespace windlass::run
