#include "run/walk.h"

#include <fmt/core.h>

#include <algorithm>

namespace windlass::run {

Walk::Walk(const CaseGround& ground, CasePool& pool)
    : ground_(ground),
      pool_(pool),
      splits_(ground, pool),
      populated_(ground, pool),
      round_trips_(ground, pool),
      replays_(ground, pool),
      interrupted_(ground, pool) {}

size_t Walk::cases() const {
  const size_t steps = ground_.order.size();
  size_t cases = steps - passed_over();
  for (const Scenario scenario :
       {Scenario::Splits, Scenario::Populated, Scenario::RoundTrip, Scenario::Replay, Scenario::Interrupted})
    if (ground_.tally.wants(scenario)) cases += steps - (ground_.is_proven(scenario, 0) ? ground_.proven : 0);
  return cases + (ground_.tally.wants(Scenario::RoundTrip) ? 1 : 0);
}

bool Walk::keeps_states() const {
  const Tally& tally = ground_.tally;
  return tally.wants(Scenario::Splits) || tally.wants(Scenario::Populated) ||
         tally.wants(Scenario::RoundTrip) || tally.wants(Scenario::Replay) ||
         tally.wants(Scenario::Interrupted);
}

/// Whether its state could be kept is part of what is known of a step.
CaseId Walk::step(size_t k) const {
  std::string name = ground_.order[k];
  if (keeps_states()) name += ", its state kept";
  // Nobody looked at what there is to say of it.
  if (!ground_.tally.wants(Scenario::Stepwise)) name += ", not judged";
  return {Scenario::Stepwise, std::move(name), k};
}

/// How many steps at the beginning nobody asks for: no case that is to be run begins among them.
size_t Walk::passed_over() const {
  for (const Scenario scenario : all_scenarios())
    if (walks({scenario}) && ground_.tally.wants(scenario) && !ground_.is_proven(scenario, 0)) return 0;
  return ground_.proven;
}

/// Whether its state is wanted for that. Where it is the next step, which fails, that is to be asked for with
/// and without rows.
bool Walk::populated_is_to_be_run(size_t k) const {
  if (ground_.found(populated_.case_from(k)) != nullptr) return false;
  if (!populated_.is_step(k)) return true;
  const KeptCase* const next = planned_[k + 1].kept;
  return next == nullptr || !next->stopped.empty();
}

/// What is to be run, by what an earlier check had and what is proven.
void Walk::plan() {
  const size_t steps = ground_.order.size();
  planned_.assign(steps, {});
  wanted_ = 0;
  for (size_t k = first_; k < steps; ++k) {
    const KeptCase* const kept = ground_.found(step(k));
    if (kept != nullptr && kept->step) planned_[k].kept = kept;
  }
  for (size_t k = 0; k < steps; ++k) {
    Planned& one = planned_[k];
    if (k < first_) {
      one.run = false;
      if (k + 1 == first_ && k + 1 < steps && ground_.tally.wants(Scenario::Populated) &&
          populated_is_to_be_run(k))
        one.keep_state = true;
      continue;
    }
    one.run = one.kept == nullptr;
    one.keep_state = one.run && keeps_states();
    if (ground_.tally.wants(Scenario::Populated) && k + 1 < steps &&
        !ground_.is_proven(Scenario::Populated, k + 1) && populated_is_to_be_run(k))
      one.keep_state = true;
    if (ground_.tally.wants(Scenario::Replay) && !ground_.is_proven(Scenario::Replay, k) &&
        !replays_.found(k))
      one.keep_state = true;
  }
  if (ground_.tally.wants(Scenario::Splits)) plan_splits();
  if (ground_.tally.wants(Scenario::RoundTrip)) plan_round_trips();
  if (ground_.tally.wants(Scenario::Interrupted)) plan_interrupted();
  for (size_t k = 0; k < steps; ++k)
    if (planned_[k].run || planned_[k].keep_state || planned_[k].stand) wanted_ = k + 1;
}

void Walk::plan_splits() {
  for (size_t k = 0; k + 1 < planned_.size(); ++k) {
    if (ground_.is_proven(Scenario::Splits, k + 1)) continue;
    Planned& next = planned_[k + 1];
    if (!next.run) {
      const StepLeft& left = next.kept->step->left;
      const bool last = k + 2 == planned_.size();
      if (!last && splits_.left_behind(left, k + 1).empty()) continue;
      if (ground_.found(SplitCases::case_from(ground_.order[k])) != nullptr) continue;
      // The last case is the walk's own run of the last revision.
      if (last && splits_.not_alone(left, k + 1).empty()) next.run = next.keep_state = true;
    }
    planned_[k].keep_state = true;
  }
}

void Walk::plan_round_trips() {
  const size_t steps = planned_.size();
  bool all_the_way = true;
  for (size_t k = 0; k < steps; ++k) {
    all_the_way = all_the_way && round_trips_.has_downgrade(k) && !round_trips_.found_to_fail(k);
    if (ground_.is_proven(Scenario::RoundTrip, k)) continue;
    if (!round_trips_.has_downgrade(k) || ground_.found(round_trips_.case_of(k)) != nullptr) continue;
    planned_[k].keep_state = true;
    if (k > 0) planned_[k - 1].stand = true;
  }
  if (steps > 0 && all_the_way && !round_trips_.whole_way_is_proven() &&
      ground_.found(RoundTrips::case_of_whole_way()) == nullptr)
    planned_.back().stand = true;
}

/// Where a revision can be killed, its own run tells.
void Walk::plan_interrupted() {
  for (size_t k = 0; k < planned_.size(); ++k) {
    if (ground_.is_proven(Scenario::Interrupted, k) || interrupted_.found(k)) continue;
    planned_[k].run = true;
    if (keeps_states()) planned_[k].keep_state = true;
    if (k > 0) planned_[k - 1].keep_state = true;
  }
}

/// Where one process ends that takes kept steps from order[k] on.
size_t Walk::end_of_stretch(size_t k) const {
  while (k + 1 < wanted_ && !planned_[k].keep_state && !planned_[k].stand && !planned_[k + 1].run &&
         splits_.left_behind(planned_[k].kept->step->left, k).empty())
    ++k;
  return k;
}

void Walk::run() {
  arrived_ = walk_on();
  round_trips_.flush();
  if (arrived_ && ground_.tally.wants(Scenario::RoundTrip))
    round_trips_.give_whole_way(at_, std::move(stands_));
  stands_ = {};
}

/// Whether it came to the end.
bool Walk::walk_on() {
  first_ = passed_over();
  plan();
  if (first_ > 0 && wanted_ >= first_ && !take_proven()) return false;
  tell_proven();
  const size_t steps = ground_.order.size();
  const auto goes_on = [&] {
    return ground_.runner.interrupted() == 0 && !(ground_.cache != nullptr && ground_.cache->distrusted());
  };
  if (wanted_ > 0 && first_ == 0 && !planned_.front().run) pool_.give([this] { ground_.runner.warm_up(); });
  size_t k = first_;
  while (k < wanted_ && goes_on()) {
    const size_t last = planned_[k].run ? k : end_of_stretch(k);
    if (!(planned_[k].run ? take(k) : take_kept(k, last))) return false;
    k = last + 1;
  }
  for (; k < steps && goes_on(); ++k) pass(k);
  return k == steps && goes_on();
}

/// Runs the steps that nobody asks for by one process, to where the first one stands that somebody does ask
/// for. Where they do not come through after all, they are taken like any other. False where the walk ends.
bool Walk::take_proven() {
  const size_t last = first_ - 1;
  auto done = ground_.runner.run({.target = ground_.order[last],
                                  .keep = planned_[last].keep_state,
                                  .keep_server = true,
                                  .replay = ground_.settings.reuse});
  if (!done) {
    tell_proven();
    ended(last, done.error().got, true);
    return false;
  }
  if (succeeded(*done->evidence) && done->evidence->after_read) return arrive(last, *done);
  first_ = 0;
  plan();
  return true;
}

void Walk::tell_proven() {
  const std::vector<std::string>& order = ground_.order;
  Tally& tally = ground_.tally;
  for (size_t k = 0; k < ground_.proven; ++k) {
    if (k < first_) tally.proven(Scenario::Stepwise, order[k]);
    if (k > 0 && ground_.is_proven(Scenario::Splits, k))
      tally.proven(Scenario::Splits, SplitCases::case_from(order[k - 1]).name);
    if (k > 0 && ground_.is_proven(Scenario::Populated, k))
      tally.proven(Scenario::Populated, populated_.case_from(k - 1).name);
    if (ground_.is_proven(Scenario::RoundTrip, k)) tally.proven(Scenario::RoundTrip, order[k]);
    if (ground_.is_proven(Scenario::Replay, k))
      tally.proven(Scenario::Replay, ReplayCases::name_of(order[k]));
    if (ground_.is_proven(Scenario::Interrupted, k)) tally.proven(Scenario::Interrupted, order[k]);
  }
  if (round_trips_.whole_way_is_proven())
    tally.proven(Scenario::RoundTrip, RoundTrips::case_of_whole_way().name);
}

/// Runs a step by itself. Where it fails and one process from the beginning does not, the walk goes on from
/// there: the states behind it are those that production may stand in. False where the walk ends.
bool Walk::take(size_t k) {
  Tally& tally = ground_.tally;
  const std::string& id = ground_.order[k];
  tally.begins(Scenario::Stepwise, id);
  const bool keep = planned_[k].keep_state;
  const bool tells_held =
      tally.wants(Scenario::Splits) || tally.wants(Scenario::Interrupted) || ground_.cache != nullptr;
  const SharedState before = stands_.state;
  const std::vector<SharedEvidence> history = at_.history;
  auto done = ground_.runner.run({.target = id,
                                  .from = stands_.state,
                                  .server = std::exchange(stands_.server, nullptr),
                                  .keep = keep,
                                  .keep_server = true,
                                  .tell_held = tells_held,
                                  .tell_contents = tally.wants(Scenario::RoundTrip)});
  if (!done) {
    splits_.give_pending();
    ended(k, done.error().got, true);
    return false;
  }
  StepLeft left;
  KeptCase more;
  if (tells_held) {
    left = step_left(*done->evidence, done->held, id);
    more.step = KeptStepEnd{left, digest_of(done->evidence->after), done->evidence->versions};
  }
  const bool saved = done->left.state && (done->left.state->saved || !keep);
  if (!saved || !done->evidence->after_read) done->trace.unknown = "what it left could not be kept";
  step_.reset();
  if (before && done->evidence->steps.size() == 1)
    step_ = std::make_shared<const WalkStep>(WalkStep{before, done->evidence, done->trace});
  ground_.tell(step(k), {Scenario::Stepwise, "", at_.history, {done->evidence}}, done->trace,
               std::move(more));
  settle_rows(succeeded(*done->evidence));
  if (!succeeded(*done->evidence)) {
    splits_.give_pending();
    const std::string because = fmt::format("revision {} could not be reached", id);
    if (k == 0) {
      ended(k, because);
      return false;
    }
    auto at_once = ground_.runner.run({.target = id, .keep = keep, .keep_server = true});
    if (!at_once || !succeeded(*at_once->evidence)) {
      ended(k, because);
      return false;
    }
    done = std::move(at_once);
    step_.reset();
    at_.history.clear();
  }
  const bool by_itself = done->evidence->steps.size() == 1 && (k == 0 || (before && before->saved));
  if (tally.wants(Scenario::Interrupted) && !ground_.is_proven(Scenario::Interrupted, k) &&
      !interrupted_.tell_found(k)) {
    if (at_.history.size() == history.size() && by_itself)
      interrupted_.give(k, before, *done, history, !splits_.left_behind(left, k).empty());
    else
      tally.leave_out(Scenario::Interrupted, id, "it was not run by itself");
  }
  const bool next = done->left.state && done->left.state->saved && k + 1 < ground_.order.size();
  splits_.settle({k, left, &*done, next});
  return arrive(k, *done);
}

/// Runs steps that an earlier check had by one process, up to where they are wanted.
bool Walk::take_kept(size_t first, size_t last) {
  step_.reset();
  auto done = ground_.runner.run({.target = ground_.order[last],
                                  .from = stands_.state,
                                  .server = std::exchange(stands_.server, nullptr),
                                  .keep = planned_[last].keep_state,
                                  .keep_server = true,
                                  .replay = !stands_.state});
  if (!done) {
    splits_.give_pending();
    ended(first, done.error().got, true);
    return false;
  }
  const KeptStepEnd& was = *planned_[last].kept->step;
  if (!succeeded(*done->evidence) || !done->evidence->after_read ||
      done->evidence->versions != was.versions || digest_of(done->evidence->after) != was.catalog) {
    ground_.cache->distrust();
    return false;
  }
  for (size_t k = first; k < last; ++k) pass(k);
  settle_rows(true);
  ground_.tally.begins(Scenario::Stepwise, ground_.order[last]);
  (void)ground_.tally.told_again(Scenario::Stepwise, "", *planned_[last].kept);
  // It is not the run of that step alone.
  splits_.settle({last, was.left, nullptr, last + 1 < ground_.order.size()});
  if (ground_.tally.wants(Scenario::Interrupted) && !ground_.is_proven(Scenario::Interrupted, last))
    (void)interrupted_.tell_found(last);
  return arrive(last, *done);
}

/// The case with rows that would be the step which has just been taken, where it is.
void Walk::settle_rows(bool came_through) {
  if (!waiting_rows_) return;
  const WaitingRows waiting = *std::exchange(waiting_rows_, std::nullopt);
  if (came_through)
    ground_.tally.told_equal(Scenario::Populated, {populated_.case_from(waiting.k).name});
  else if (waiting.state)
    populated_.give(waiting.k, waiting.state, waiting.history);
  else  // passed by, as what an earlier check had, and yet the next step is not what it was
    ground_.cache->distrust();
}

/// A step, and the cases from there, that an earlier check had.
void Walk::pass(size_t k) {
  settle_rows(planned_[k].kept->stopped.empty());
  const std::string& id = ground_.order[k];
  const bool last = k + 1 == ground_.order.size();
  Tally& tally = ground_.tally;
  tally.begins(Scenario::Stepwise, id);
  (void)tally.told_again(Scenario::Stepwise, "", *planned_[k].kept);
  splits_.settle({k, planned_[k].kept->step->left, nullptr, !last});
  if (tally.wants(Scenario::Interrupted) && !ground_.is_proven(Scenario::Interrupted, k))
    (void)interrupted_.tell_found(k);
  start_cases(k, nullptr, {});
}

/// The walk is behind order[k]. False where it ends there.
bool Walk::arrive(size_t k, const RunDone& done) {
  WalkPlace lower;  // its history is of no use below
  lower.catalog = k == 0 ? done.evidence->before : at_.catalog;
  lower.versions = std::move(at_.versions);
  at_.history.push_back(done.evidence);
  at_.catalog = done.evidence->after;
  at_.versions = done.evidence->versions;
  stands_ = done.left;
  start_cases(k, &stands_, lower);
  if (stands_.state) return true;
  ended(k + 1, stands_.because);
  return false;
}

/// The cases from the state behind order[k]: those that an earlier check had are told, the others given to
/// the pool. `here`: what the walk left there; nullptr: it did not stand there.
void Walk::start_cases(size_t k, const Left* here, const WalkPlace& lower) {
  if (!keeps_states()) return;
  const Tally& tally = ground_.tally;
  const std::string& id = ground_.order[k];
  const bool last = k + 1 == ground_.order.size();
  const SharedState state =
      here != nullptr && here->state && here->state->saved ? here->state : SharedState();
  if (!state && planned_[k].keep_state) return state_missing(k, here == nullptr ? "" : here->because);
  const auto could_not_start = [&] {
    if (!state) ground_.cache->distrust();
    return !state;
  };
  if (tally.wants(Scenario::Splits) && !last && !ground_.is_proven(Scenario::Splits, k + 1))
    splits_.wait(id, state, at_.history);
  if (tally.wants(Scenario::Populated) && !last && !ground_.is_proven(Scenario::Populated, k + 1)) {
    if (!ground_.tell_found(populated_.case_from(k))) {
      if (populated_.is_step(k)) {
        waiting_rows_ = WaitingRows{k, state, at_.history};
      } else {
        if (could_not_start()) return;
        populated_.give(k, state, at_.history);
      }
    }
  }
  if (tally.wants(Scenario::Replay) && !ground_.is_proven(Scenario::Replay, k) && !replays_.tell_found(k)) {
    if (could_not_start()) return;
    replays_.give(k, *here, at_.history);
  }
  if (!tally.wants(Scenario::RoundTrip) || ground_.is_proven(Scenario::RoundTrip, k) ||
      round_trips_.tell_found(k))
    return;
  if (round_trips_.has_downgrade(k) && could_not_start()) return;
  round_trips_.give(k, state, lower, at_, std::exchange(step_, nullptr));
}

void Walk::finish() {
  if (arrived_ && ground_.tally.wants(Scenario::RoundTrip)) round_trips_.tell_whole_way();
}

/// What begins with the state at revision number `k` cannot be run.
void Walk::state_missing(size_t k, const std::string& because) {
  const std::vector<std::string>& order = ground_.order;
  for (const Scenario scenario : {Scenario::Splits, Scenario::Populated})
    if (k + 1 < order.size() && !ground_.is_proven(scenario, k + 1))
      ground_.tally.leave_out(scenario, "from " + order[k], because);
  if (!ground_.is_proven(Scenario::RoundTrip, k))
    ground_.tally.leave_out(Scenario::RoundTrip, order[k], because);
  if (!ground_.is_proven(Scenario::Replay, k))
    ground_.tally.leave_out(Scenario::Replay, ReplayCases::name_of(order[k]), because);
}

/// The states from revision number `k` on are not to be had: it was not reached, or `could_not_look`.
void Walk::ended(size_t k, const std::string& because, bool could_not_look) {
  Tally& tally = ground_.tally;
  const std::vector<std::string>& order = ground_.order;
  if (const auto waiting = std::exchange(waiting_rows_, std::nullopt))
    tally.leave_out(Scenario::Populated, populated_.case_from(waiting->k).name, because);
  for (size_t i = k; i < order.size(); ++i) state_missing(i, because);
  for (size_t i = std::max(first_, could_not_look ? k : k + 1); i < order.size(); ++i)
    tally.leave_out(Scenario::Stepwise, order[i], because);
  for (size_t i = k; i < order.size(); ++i)
    if (!ground_.is_proven(Scenario::Interrupted, i))
      tally.leave_out(Scenario::Interrupted, order[i], because);
  if (!round_trips_.whole_way_is_proven()) tally.leave_out(Scenario::RoundTrip, "the whole way", because);
  if (!could_not_look) return;
  for (const Scenario scenario : all_scenarios())
    if (walks({scenario})) tally.could_not_look(scenario);
}

}  // namespace windlass::run
