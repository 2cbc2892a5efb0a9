#include "run/round_trips.h"

#include <fmt/core.h>

#include <utility>

#include "base/text.h"

namespace windlass::run {

bool RoundTrips::has_downgrade(size_t k) const {
  const chain::Revision* revision = ground_.clean->chain.find(ground_.order[k]);
  return revision == nullptr || revision->has_downgrade;
}

void RoundTrips::give(size_t k, const SharedState& state, const WalkPlace& lower, const WalkPlace& upper) {
  Tally& tally = ground_.tally;
  const std::string& id = ground_.order[k];
  if (!has_downgrade(k)) return tally.leave_out(Scenario::RoundTrip, id, "its file has no downgrade");
  // Down from there, nothing would say how far up again.
  if (upper.versions.empty())
    return tally.leave_out(Scenario::RoundTrip, id, "the database does not tell which revision it is at");
  CaseRun begun{Scenario::RoundTrip, id, upper.history, {}};
  begun.round_trip = RoundTrip{id, lower.catalog, false, upper.catalog, {}, {}};
  pool_.give([this, id = case_of(k), begun = std::move(begun), state, down_to = lower.versions,
              up_to = upper.versions] {
    CaseRun run = begun;
    ground_.tally.begins(run.scenario, run.name);
    CaseTrace trace;
    if (!down_and_up(run, below(ground_.clean->chain, run.name), {state, nullptr, {}}, up_to, trace)) return;
    run.round_trip->lower_known = run.round_trip->down->versions == down_to;
    ground_.tell(id, std::move(run), trace);
  });
}

void RoundTrips::whole_way(const WalkPlace& top, Left left) {
  Tally& tally = ground_.tally;
  const std::string name = "the whole way";
  if (ground_.order.empty() || ground_.runner.interrupted() != 0) return;
  for (const LeftOut& other : tally.left_out(Scenario::RoundTrip))
    return tally.leave_out(Scenario::RoundTrip, name, fmt::format("{}: {}", other.name, other.because));
  if (down_failed_) return tally.leave_out(Scenario::RoundTrip, name, "a downgrade on it failed by itself");
  if (ground_.tell_found(case_of_whole_way()) || !left.state) return;
  tally.begins(Scenario::RoundTrip, name);
  CaseRun run{Scenario::RoundTrip, name, top.history, {}};
  run.round_trip = RoundTrip{"", top.history.front()->before, false, top.catalog, {}, {}};
  CaseTrace trace;
  if (!down_and_up(run, "base", std::move(left), {ground_.settings.to}, trace)) return;
  run.round_trip->lower_known = run.round_trip->down->versions.empty();
  ground_.tell(case_of_whole_way(), std::move(run), trace);
}

/// False where windlass could not look; it is told then.
bool RoundTrips::down_and_up(CaseRun& run, const std::string& down_to, Left from,
                             const std::vector<std::string>& up_to, CaseTrace& trace) {
  Tally& tally = ground_.tally;
  auto down = ground_.runner.run({.command = "downgrade",
                                  .target = down_to,
                                  .from = from.state,
                                  .server = std::move(from.server),
                                  .keep_server = true});
  if (!down) {
    tally.could_not_look(run.scenario, run.name, down.error());
    return false;
  }
  run.round_trip->down = down->evidence;
  add_trace(trace, down->trace);
  if (!succeeded(*down->evidence) && down->evidence->steps.empty()) {
    // Which way down it would be is not clear on every graph; nothing was run then.
    const auto& exception = down->evidence->exception;
    tally.leave_out(
        run.scenario, run.name,
        "the tool refused: " + (exception ? base::one_line(to_string(*exception)) : "it said nothing"));
    return false;
  }
  run.runs.push_back(down->evidence);
  if (!succeeded(*down->evidence)) {
    down_failed_ = true;
    return true;
  }
  from = std::move(down->left);
  for (const std::string& target : up_to) {
    auto up = ground_.runner.run({.target = target,
                                  .from = from.state,
                                  .server = std::move(from.server),
                                  .keep_server = &target != &up_to.back()});
    if (!up) {
      tally.could_not_look(run.scenario, run.name, up.error());
      return false;
    }
    run.round_trip->up.push_back(up->evidence);
    add_trace(trace, up->trace);
    run.runs.push_back(up->evidence);
    if (!succeeded(*up->evidence)) break;
    from = std::move(up->left);
  }
  return true;
}

}  // namespace windlass::run
