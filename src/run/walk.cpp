#include "run/walk.h"

#include <fmt/core.h>

namespace windlass::run {

Walk::Walk(const CaseGround& ground, CasePool& pool)
    : ground_(ground), splits_(ground, pool), populated_(ground, pool), round_trips_(ground, pool) {}

size_t Walk::cases() const {
  const size_t steps = ground_.order.size();
  const Tally& tally = ground_.tally;
  return steps + (tally.wants(Scenario::Splits) ? steps : 0) +
         (tally.wants(Scenario::Populated) ? steps : 0) + (tally.wants(Scenario::RoundTrip) ? steps + 1 : 0);
}

bool Walk::keeps_states() const {
  const Tally& tally = ground_.tally;
  return tally.wants(Scenario::Splits) || tally.wants(Scenario::Populated) ||
         tally.wants(Scenario::RoundTrip);
}

/// Where a step fails and one process from the beginning does not, the walk goes on from there: the states
/// behind it are those that production may stand in.
void Walk::run() {
  const std::vector<std::string>& order = ground_.order;
  Tally& tally = ground_.tally;
  const bool keep = keeps_states();
  Left stands;
  for (size_t k = 0; k < order.size() && ground_.runner.interrupted() == 0; ++k) {
    const std::string& id = order[k];
    tally.begins(Scenario::Stepwise, id);
    auto done = ground_.runner.run({.target = id,
                                    .from = stands.state,
                                    .server = std::exchange(stands.server, nullptr),
                                    .keep = keep,
                                    .keep_server = true,
                                    .tell_held = tally.wants(Scenario::Splits)});
    if (!done) {
      splits_.give_pending();
      return ended(k, done.error().got, true);
    }
    tally.told({Scenario::Stepwise, "", at_.history, {done->evidence}});
    if (!succeeded(*done->evidence)) {
      splits_.give_pending();
      if (k == 0) return ended(k, fmt::format("revision {} could not be reached", id));
      auto at_once = ground_.runner.run({.target = id, .keep = keep, .keep_server = true});
      if (!at_once || !succeeded(*at_once->evidence))
        return ended(k, fmt::format("revision {} could not be reached", id));
      done = std::move(at_once);
      at_.history.clear();
    }
    WalkPlace lower;  // its history is of no use below
    lower.catalog = k == 0 ? done->evidence->before : std::move(at_.catalog);
    lower.versions = std::move(at_.versions);
    at_.history.push_back(done->evidence);
    at_.catalog = done->evidence->after;
    at_.versions = done->evidence->versions;
    stands = done->left;
    const bool last = k + 1 == order.size();
    const bool saved = stands.state && stands.state->saved;
    splits_.settle(k, *done, saved && !last);
    if (saved) {
      if (tally.wants(Scenario::Splits) && !last) splits_.wait(id, stands.state, at_.history);
      if (tally.wants(Scenario::Populated) && !last) populated_.give(id, stands.state, at_.history);
      if (tally.wants(Scenario::RoundTrip)) round_trips_.give(id, stands.state, lower, at_);
    } else if (keep) {
      state_missing(k, stands.because);
    }
    if (!stands.state) return ended(k + 1, stands.because);
  }
  if (tally.wants(Scenario::RoundTrip)) last_ = std::move(stands);
}

void Walk::finish() {
  if (ground_.tally.wants(Scenario::RoundTrip)) round_trips_.whole_way(at_, std::exchange(last_, {}));
}

/// What begins with the state at revision number `k` cannot be run.
void Walk::state_missing(size_t k, const std::string& because) {
  const std::vector<std::string>& order = ground_.order;
  for (const Scenario scenario : {Scenario::Splits, Scenario::Populated})
    if (k + 1 < order.size()) ground_.tally.leave_out(scenario, "from " + order[k], because);
  ground_.tally.leave_out(Scenario::RoundTrip, order[k], because);
}

/// The states from revision number `k` on are not to be had: it was not reached, or `could_not_look`.
void Walk::ended(size_t k, const std::string& because, bool could_not_look) {
  Tally& tally = ground_.tally;
  const std::vector<std::string>& order = ground_.order;
  for (size_t i = k; i < order.size(); ++i) state_missing(i, because);
  for (size_t i = could_not_look ? k : k + 1; i < order.size(); ++i)
    tally.leave_out(Scenario::Stepwise, order[i], because);
  tally.leave_out(Scenario::RoundTrip, "the whole way", because);
  if (!could_not_look) return;
  for (const Scenario scenario : all_scenarios())
    if (walks({scenario})) tally.could_not_look(scenario);
}

}  // namespace windlass::run
