#include "cli/repair_trials.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <thread>

#include "base/printable.h"
#include "diagnose/both_made.h"
#include "run/proven.h"

namespace windlass::cli {

namespace {

constexpr size_t kMostPlaces = 6;  // of one script, beside the end of the chain

using diagnose::RepairTrial;

}  // namespace

base::Result<std::unique_ptr<RepairTrials>> RepairTrials::make(const run::CheckSettings& settings,
                                                               const ServerCheck& check, bool every_place,
                                                               bool progress) {
  std::unique_ptr<RepairTrials> trials(new RepairTrials(settings, check, every_place, progress));
  run::CheckSettings runs = settings;
  runs.from.clear();
  runs.deadline.reset();  // what has begun is brought to its end
  trials->ground_ = WINDLASS_TRY(
      run::RepairGround::make(std::move(runs), check.outcome.evidence, trials->chain_.revisions));
  return trials;
}

RepairTrials::RepairTrials(const run::CheckSettings& settings, const ServerCheck& check, bool every_place,
                           bool progress)
    : deadline_(settings.deadline),
      clean_(check.outcome.evidence),
      every_place_(every_place),
      progress_(progress) {
  chain_ = drift::timeline_of(check.past ? *check.past : clean_);
  for (const run::Step& step : clean_.steps)
    if (step.finished && step.direction == "upgrade") ++reach_;
  if (settings.proven.scenarios.contains(run::Scenario::Hybrid))
    proven_ = run::proven_at_the_beginning(chain_.revisions, clean_.chain, settings.proven.revisions);
}

base::Result<std::vector<RepairTrials::OfScript>> RepairTrials::run(
    const std::vector<run::RepairScript>& scripts) {
  std::vector<OfScript> all(scripts.size());  // guarded by mutex_ until the pool has ended
  run::CasePool pool(std::max(1U, std::thread::hardware_concurrency()));
  if (every_place_) {
    run_everywhere(scripts, all, pool);
  } else {
    for (size_t i = 0; i < scripts.size(); ++i)
      pool.give([&, i] {
        if (const auto ran = run_where_it_matters(scripts[i], all[i]); !ran) fail(ran.error());
      });
  }
  pool.finish();
  if (failed_) return base::fail(*failed_);
  for (OfScript& each : all)
    std::sort(each.trials.begin(), each.trials.end(),
              [](const RepairTrial& a, const RepairTrial& b) { return a.position < b.position; });
  return all;
}

/// Place by place, each with all scripts: the states of the chain come one after the other.
void RepairTrials::run_everywhere(const std::vector<run::RepairScript>& scripts, std::vector<OfScript>& all,
                                  run::CasePool& pool) {
  for (size_t place = 0; place <= reach_; ++place) {
    // From there the upgrade begins with a revision that is proven.
    const bool proven = place < proven_ && place < reach_;
    const bool late = !proven && out_of_budget();
    const auto state = proven || late || stopped() ? base::Result<run::SharedState>() : ground_->at(place);
    if (!state) fail(state.error());
    for (size_t i = 0; i < scripts.size(); ++i) {
      const std::string name = scripts[i].name + " at " + name_of(place);
      if (proven || late) {
        const std::lock_guard lock(mutex_);
        if (proven)
          all[i].proven.push_back(name);
        else
          all[i].left_out.push_back({name, run::kBudgetUsedUp});
      } else if (state) {
        pool.give([&, i, place, from = *state] {
          auto trial = run(scripts[i], place, from);
          if (!trial) return fail(trial.error());
          if (!*trial) return;
          const std::lock_guard lock(mutex_);
          all[i].trials.push_back(std::move(**trial));
        });
      }
    }
  }
}

base::Result<void> RepairTrials::run_where_it_matters(const run::RepairScript& script, OfScript& of) {
  std::set<size_t> wanted = {0}, done;
  const auto try_at = [&](size_t place) -> base::Result<bool> {
    done.insert(place);
    auto trial = WINDLASS_TRY(run(script, place, WINDLASS_TRY(ground_->at(place))));
    if (trial) of.trials.push_back(std::move(*trial));
    return trial.has_value();
  };
  const auto next = [&] {
    return std::find_if(wanted.begin(), wanted.end(), [&](size_t place) { return !done.contains(place); });
  };
  for (auto place = next(); place != wanted.end() && done.size() < kMostPlaces && !out_of_budget();
       place = next()) {
    if (!WINDLASS_TRY(try_at(*place))) return {};
    for (const size_t more : diagnose::places_before(chain_, of.trials.back().recording))
      wanted.insert(std::min(more, reach_));
  }
  for (const size_t position : wanted)
    if (!done.contains(position))
      of.left_out.push_back(
          {script.name + " at " + name_of(position),
           out_of_budget() ? run::kBudgetUsedUp : fmt::format("it was run at {} other places", kMostPlaces)});
  if (out_of_budget()) return {};
  if (!done.contains(reach_) && !WINDLASS_TRY(try_at(reach_))) return {};
  // What changes the chain's own, or the version table, does nothing before that is there.
  const bool only_at_end = !of.trials.empty() && of.trials.back().did_something &&
                           std::none_of(of.trials.begin(), of.trials.end() - 1,
                                        [](const RepairTrial& trial) { return trial.did_something; });
  if (only_at_end && reach_ > 1 && !done.contains(reach_ - 1)) WINDLASS_CHECK(try_at(reach_ - 1));
  return {};
}

bool RepairTrials::stopped() {
  const std::lock_guard lock(mutex_);
  return failed_ || interrupted_ != 0;
}

/// Keeps the first error, with which the rest is not run any more.
void RepairTrials::fail(const base::Error& error) {
  const std::lock_guard lock(mutex_);
  if (interrupted_ == 0) interrupted_ = ground_->interrupted();
  if (!failed_ && interrupted_ == 0) failed_ = error;
}

/// The revision that the chain stands at there; "base" before the first.
std::string RepairTrials::name_of(size_t position) const {
  return position == 0 ? "base" : chain_.revisions[position - 1];
}

/// One run, and the upgrade behind it. Nothing where all has come to an end before.
base::Result<std::optional<RepairTrial>> RepairTrials::run(const run::RepairScript& script, size_t position,
                                                           const run::SharedState& state) {
  if (stopped()) return std::nullopt;
  const bool at_end = position == reach_ && run::succeeded(clean_);
  RepairTrial trial;
  trial.script = script.name;
  trial.position = position;
  trial.at = at_end && position > 0 ? "" : name_of(position);
  if (progress_)
    fmt::print(stderr, "Running {} at {} ...\n", base::printable(script.name),
               base::printable(name_of(position)));
  run::RepairOutcome ran = WINDLASS_TRY(ground_->run(script, state, !at_end));
  if (ran.interrupted != 0) interrupted_ = ran.interrupted;
  if (stopped()) return std::nullopt;
  trial.why_failed = run::why_failed(ran);
  if (!ran.elsewhere.empty()) {
    const std::lock_guard lock(mutex_);
    for (const std::string& database : ran.elsewhere) elsewhere_.insert({script.name, database});
  }
  trial.did_something = diagnose::changed_something(ran.recording);
  trial.recording = std::move(ran.recording);
  statements_ += trial.recording.statements.size();
  if (at_end || !trial.did_something) return trial;
  if (!ran.left.state || !ran.left.server) {
    trial.not_upgraded_because = ran.left.because.empty() ? "the server did not go on" : ran.left.because;
    return trial;
  }
  const auto then = ground_->upgrade(ran);
  if (ground_->interrupted() != 0) interrupted_ = ground_->interrupted();
  if (interrupted_ != 0) return std::nullopt;
  if (!then) {
    trial.not_upgraded_because = then.error().got;
    return trial;
  }
  statements_ += (*then)->recording.statements.size();
  trial.then = **then;
  // There may be hundreds of them, and nothing more is asked of one that went well.
  if (run::succeeded(*trial.then) &&
      diagnose::outcome_of(trial, clean_, chain_) == diagnose::Then::AsWithout) {
    trial.then->recording = {};
    trial.then->before = trial.then->after = {};
    trial.then->after_read = false;
  }
  return trial;
}

}  // namespace windlass::cli
