#include "run/tally.h"

#include <algorithm>
#include <utility>

#include "run/failure.h"

namespace windlass::run {

Tally::Tally(const std::vector<Scenario>& wanted, SharedEvidence clean, std::vector<std::string> order,
             const ScenarioHooks& hooks)
    : clean_(std::move(clean)),
      order_(std::move(order)),
      hooks_(hooks),
      wanted_(wanted.begin(), wanted.end()) {
  for (const Scenario scenario : wanted) outcomes_[scenario].scenario = scenario;
}

void Tally::begins(Scenario scenario, const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (hooks_.on_progress) hooks_.on_progress(scenario, name, begun_, std::max(known_, begun_ + 1));
  ++begun_;
}

void Tally::told(CaseRun run) {
  run.clean = clean_;
  const std::lock_guard lock(mutex_);
  if (!wants(run.scenario)) return;
  ScenarioOutcome& outcome = outcomes_[run.scenario];
  // All the steps of the walk are one case.
  if (run.scenario != Scenario::Stepwise || outcome.cases == 0) ++outcome.cases;
  outcome.cases += run.equal.size();
  outcome.equal += run.equal.size();
  // What each of these would have begun with, the walk ran.
  for (const std::string& name : run.equal)
    for (size_t i = 0; i + 1 < order_.size(); ++i)
      if ("from " + order_[i] == name &&
          std::count(outcome.applied.begin(), outcome.applied.end(), order_[i + 1]) == 0)
        outcome.applied.push_back(order_[i + 1]);
  const std::string failed = outcome.failed;
  count(outcome, run.runs);
  // Where it came through with ordinary rows, it did not stop.
  if (run.populated && succeeded(*run.runs.back())) outcome.failed = failed;
  if (hooks_.on_case) hooks_.on_case(run);
}

void Tally::count(ScenarioOutcome& outcome, const std::vector<SharedEvidence>& runs) {
  for (const SharedEvidence& run : runs) {
    outcome.statements += run->recording.statements.size();
    outcome.seconds += run->seconds;
    for (const Step& step : run->steps) {
      if (step.direction != "upgrade") continue;
      auto& applied = outcome.applied;
      if (step.finished && std::count(applied.begin(), applied.end(), step.revision) == 0)
        applied.push_back(step.revision);
      if (!step.finished && outcome.failed.empty()) outcome.failed = step.revision;
    }
  }
}

void Tally::not_run(Scenario scenario, const std::string& because) {
  const std::lock_guard lock(mutex_);
  if (wants(scenario)) outcomes_[scenario].not_run_because = because;
}

void Tally::leave_out(Scenario scenario, const std::string& name, const std::string& because) {
  const std::lock_guard lock(mutex_);
  if (wants(scenario)) outcomes_[scenario].left_out.push_back({name, because});
}

void Tally::could_not_look(Scenario scenario, const std::string& name, const base::Error& error) {
  leave_out(scenario, name, error.got);
  could_not_look(scenario);
}

void Tally::could_not_look(Scenario scenario) {
  const std::lock_guard lock(mutex_);
  if (wants(scenario)) outcomes_[scenario].could_not_look = true;
}

void Tally::not_populated(const std::string& name, const std::vector<populate::Unpopulated>& tables) {
  const std::lock_guard lock(mutex_);
  for (const populate::Unpopulated& each : tables)
    outcomes_[Scenario::Populated].not_populated.push_back({each.table, name, each.because});
}

std::vector<LeftOut> Tally::left_out(Scenario scenario) const {
  const std::lock_guard lock(mutex_);
  const auto found = outcomes_.find(scenario);
  return found == outcomes_.end() ? std::vector<LeftOut>() : found->second.left_out;
}

std::vector<ScenarioOutcome> Tally::outcomes() {
  const std::lock_guard lock(mutex_);
  std::vector<ScenarioOutcome> list;
  for (auto& [scenario, outcome] : outcomes_) {
    // The cases ended in any order.
    std::vector<std::string> sorted;
    for (const std::string& id : order_)
      if (std::count(outcome.applied.begin(), outcome.applied.end(), id) > 0) sorted.push_back(id);
    outcome.applied = std::move(sorted);
    outcome.not_populated = each_table_once(std::move(outcome.not_populated));
    if (outcome.cases == 0 && outcome.not_run_because.empty())
      outcome.not_run_because = outcome.left_out.empty() ? "there is no case of it in this chain"
                                                         : outcome.left_out.front().because;
    list.push_back(std::move(outcome));
  }
  return list;
}

/// By name, each as the first case on the way has it.
std::vector<NotPopulated> Tally::each_table_once(std::vector<NotPopulated> all) const {
  const auto place = [&](const NotPopulated& one) {
    return std::find(order_.begin(), order_.end(), one.name.substr(one.name.find(' ') + 1));
  };
  std::stable_sort(all.begin(), all.end(), [&](const NotPopulated& a, const NotPopulated& b) {
    return a.table != b.table ? a.table < b.table : place(a) < place(b);
  });
  all.erase(std::unique(all.begin(), all.end(),
                        [](const NotPopulated& a, const NotPopulated& b) { return a.table == b.table; }),
            all.end());
  return all;
}

}  // namespace windlass::run
