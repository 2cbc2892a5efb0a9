#include "run/round_trips.h"

#include <fmt/core.h>

#include <utility>

#include "base/text.h"
#include "run/contents.h"

namespace windlass::run {

namespace {

/// So many trips are one after the other on a server that goes on, as long as each comes down to where the
/// next one begins; more would leave other processors without work.
constexpr size_t kTogether = 12;

}  // namespace

bool RoundTrips::has_downgrade(size_t k) const {
  const chain::Revision* revision = ground_.clean->chain.find(ground_.order[k]);
  return revision == nullptr || revision->has_downgrade;
}

void RoundTrips::give(size_t k, const SharedState& state, const WalkPlace& lower, const WalkPlace& upper,
                      std::shared_ptr<const WalkStep> step) {
  Tally& tally = ground_.tally;
  const std::string& id = ground_.order[k];
  if (!has_downgrade(k)) return tally.leave_out(Scenario::RoundTrip, id, "its file has no downgrade");
  // Down from there, nothing would say how far up again.
  if (upper.versions.empty())
    return tally.leave_out(Scenario::RoundTrip, id, "the database does not tell which revision it is at");
  CaseRun begun{Scenario::RoundTrip, id, upper.history, {}};
  begun.round_trip = RoundTrip{id, lower.catalog, false, upper.catalog, {}, {}};
  if (upper.versions != std::vector<std::string>{id}) step = nullptr;
  waiting_.push_back({k, std::move(begun), state, lower.versions, upper.versions, std::move(step)});
  if (waiting_.size() >= kTogether) flush();
}

void RoundTrips::flush() {
  if (waiting_.empty()) return;
  pool_.give([this, trips = std::exchange(waiting_, {})] {
    Left from;
    size_t stands = 0;  // where that is
    for (auto trip = trips.rbegin(); trip != trips.rend(); ++trip) {
      if (!from.server || stands != trip->k) from = {trip->state, nullptr, {}};
      from = take(*trip, std::move(from));
      stands = trip->k - 1;
    }
  });
}

/// From order[k], as the walk left it, down and up. Where it leaves a server as the walk was one step before.
Left RoundTrips::take(const Trip& trip, Left from) {
  CaseRun run = trip.begun;
  ground_.tally.begins(run.scenario, run.name);
  auto course =
      down_and_up(run, below(ground_.clean->chain, run.name), std::move(from), trip.up_to, trip.step.get());
  if (!course) {
    ground_.tally.could_not_look(run.scenario, run.name, course.error());
    return {};
  }
  if (!course->refused.empty()) {
    ground_.tally.leave_out(run.scenario, run.name, course->refused);
    return {};
  }
  KeptCase more;
  more.down_failed = !succeeded(*run.round_trip->down);
  if (more.down_failed) down_failed_ = true;
  run.round_trip->lower_known = run.round_trip->down->versions == trip.down_to;
  ground_.tell(case_of(trip.k), std::move(run), course->trace, std::move(more));
  return std::move(course->back);
}

bool RoundTrips::tell_found(size_t k) {
  if (!ground_.tell_found(case_of(k))) return false;
  if (found_to_fail(k)) down_failed_ = true;
  return true;
}

bool RoundTrips::found_to_fail(size_t k) const {
  const KeptCase* kept = ground_.found(case_of(k));
  return kept != nullptr && kept->down_failed;
}

bool RoundTrips::whole_way_is_proven() const {
  return !ground_.order.empty() && ground_.is_proven(Scenario::RoundTrip, ground_.order.size() - 1);
}

/// Why it says nothing of its own; empty where it does.
std::string RoundTrips::whole_way_is_left_out() const {
  for (const LeftOut& other : ground_.tally.left_out(Scenario::RoundTrip))
    return fmt::format("{}: {}", other.name, other.because);
  return down_failed_ ? "a downgrade on it failed by itself" : "";
}

void RoundTrips::give_whole_way(const WalkPlace& top, Left left) {
  if (!left.state || ground_.order.empty() || whole_way_is_proven() || !whole_way_is_left_out().empty() ||
      ground_.found(case_of_whole_way()) != nullptr)
    return;
  pool_.give([this, top, left = std::move(left)]() mutable {
    ground_.tally.begins(whole_.scenario, whole_.name);
    whole_.before = top.history;
    whole_.round_trip = RoundTrip{"", top.history.front()->before, false, top.catalog, {}, {}};
    whole_course_ = down_and_up(whole_, "base", std::move(left), {ground_.settings.to}, nullptr);
  });
}

void RoundTrips::tell_whole_way() {
  Tally& tally = ground_.tally;
  const std::string name = whole_.name;
  if (ground_.order.empty() || whole_way_is_proven() || ground_.runner.interrupted() != 0) return;
  if (const std::string because = whole_way_is_left_out(); !because.empty())
    return tally.leave_out(Scenario::RoundTrip, name, because);
  if (!whole_course_) {
    (void)ground_.tell_found(case_of_whole_way());
    return;
  }
  if (!*whole_course_) return tally.could_not_look(Scenario::RoundTrip, name, whole_course_->error());
  const Course& course = **whole_course_;
  if (!course.refused.empty()) return tally.leave_out(Scenario::RoundTrip, name, course.refused);
  whole_.round_trip->lower_known = whole_.round_trip->down->versions.empty();
  ground_.tell(case_of_whole_way(), std::move(whole_), course.trace);
}

base::Result<RoundTrips::Course> RoundTrips::down_and_up(CaseRun& run, const std::string& down_to, Left from,
                                                         const std::vector<std::string>& up_to,
                                                         const WalkStep* step) const {
  Course course;
  RunDone down = WINDLASS_TRY(ground_.runner.run({.command = "downgrade",
                                                  .target = down_to,
                                                  .from = from.state,
                                                  .server = std::move(from.server),
                                                  .keep_server = true,
                                                  .tell_contents = step != nullptr}));
  run.round_trip->down = down.evidence;
  add_trace(course.trace, down.trace);
  if (!succeeded(*down.evidence) && down.evidence->steps.empty()) {
    // Which way down it would be is not clear on every graph; nothing was run then.
    const auto& exception = down.evidence->exception;
    course.refused =
        "the tool refused: " + (exception ? base::one_line(to_string(*exception)) : "it said nothing");
    return course;
  }
  run.runs.push_back(down.evidence);
  if (!succeeded(*down.evidence)) return course;
  from = std::move(down.left);
  if (step != nullptr && from.state && same_state(*from.state, *step->before)) {
    run.round_trip->up.push_back(step->run);
    run.runs.push_back(step->run);
    add_trace(course.trace, step->trace);
    course.back = std::move(from);
    return course;
  }
  for (const std::string& target : up_to) {
    RunDone up = WINDLASS_TRY(ground_.runner.run({.target = target,
                                                  .from = from.state,
                                                  .server = std::move(from.server),
                                                  .keep_server = &target != &up_to.back()}));
    run.round_trip->up.push_back(up.evidence);
    add_trace(course.trace, up.trace);
    run.runs.push_back(up.evidence);
    if (!succeeded(*up.evidence)) break;
    from = std::move(up.left);
  }
  return course;
}

}  // namespace windlass::run
