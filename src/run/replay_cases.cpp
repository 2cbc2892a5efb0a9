#include "run/replay_cases.h"

#include <algorithm>
#include <utility>

#include "run/ask_again.h"

namespace windlass::run {

namespace {

/// As many cases in a row are run here and now, while the walk waits; then it goes on beside them.
constexpr int kMostInVain = 3;

}  // namespace

bool ReplayCases::tell_found(size_t k) const {
  return ground_.tell_found(stopped_below(k)) || ground_.tell_found(whole(k));
}

bool ReplayCases::found(size_t k) const {
  return ground_.found(stopped_below(k)) != nullptr || ground_.found(whole(k)) != nullptr;
}

void ReplayCases::give(size_t k, const Left& here, std::vector<SharedEvidence> history) {
  CaseRun begun{Scenario::Replay, name_of(ground_.order[k]), std::move(history), {}};
  const bool may_ask = here.server && ground_.runner.may_look() && in_vain_ < kMostInVain;
  if (!may_ask) {
    pool_.give([this, k, begun = std::move(begun), state = here.state] { run(k, begun, state, nullptr); });
    return;
  }
  if (stopped_ && equals_stopped(*here.server)) {
    in_vain_ = 0;
    ground_.tally.begins(begun.scenario, begun.name);
    begun.runs.push_back(stopped_->run);
    begun.as_another = true;
    ground_.tell(stopped_below(k), std::move(begun), stopped_->trace);
    return;
  }
  ++in_vain_;
  stopped_.reset();
  run(k, std::move(begun), here.state, &stopped_);
  if (!stopped_) in_vain_ = kMostInVain;  // it is no chain of that kind
}

bool ReplayCases::equals_stopped(scratch::Server& server) const {
  const auto answers = ask_again(server, stopped_->script, ground_.clean->settings.version_table);
  return answers && *answers == stopped_->answers;
}

/// `stopped`: where it is to be told what can be asked of later states; nullptr: that is not wanted.
void ReplayCases::run(size_t k, CaseRun run, const SharedState& state,
                      std::optional<Stopped>* stopped) const {
  const std::string& version_table = ground_.clean->settings.version_table;
  // What a revision writes twice is written twice over all of them, too.
  const bool over_all = k + 1 == ground_.order.size();
  ground_.tally.begins(run.scenario, run.name);
  auto done = ground_.runner.run({.target = ground_.settings.to,
                                  .from = state,
                                  .keep_server = stopped != nullptr,
                                  .tell_rows = over_all,
                                  .forget_versions = version_table});
  if (!done) return ground_.tally.could_not_look(run.scenario, run.name, done.error());
  if (over_all && succeeded(*done->evidence) && !done->evidence->rows_after)
    return ground_.tally.could_not_look(
        run.scenario, run.name,
        {"read the rows of the tables", run.name, "the server did not answer", "", base::Exit::CouldNotLook});
  const bool below = stops_below(*done->evidence, k);
  if (stopped != nullptr && below && done->left.server)
    if (const auto script = stop_script(*done->evidence, done->own_settings))
      // It wrote nothing, so its server holds what it began with.
      if (auto answers = ask_again(*done->left.server, *script, version_table))
        *stopped = Stopped{done->evidence, done->trace, *script, std::move(*answers)};
  run.rows_before = std::move(done->rows_before);
  run.runs.push_back(done->evidence);
  ground_.tell(below ? stopped_below(k) : whole(k), std::move(run), done->trace);
}

/// Whether no revision behind order[k] was begun.
bool ReplayCases::stops_below(const Evidence& run, size_t k) const {
  const auto behind = ground_.order.begin() + static_cast<std::ptrdiff_t>(k) + 1;
  return !succeeded(run) && !run.steps.empty() &&
         std::all_of(run.steps.begin(), run.steps.end(), [&](const Step& step) {
           return std::find(ground_.order.begin(), behind, step.revision) != behind;
         });
}

}  // namespace windlass::run
