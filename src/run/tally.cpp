#include "run/tally.h"

#include <algorithm>
#include <utility>

#include "run/failure.h"

namespace windlass::run {

KeptCase counted(const CaseRun& run) {
  KeptCase all;
  std::set<std::string> applied, stopped;
  // Where it came through with ordinary rows, it did not stop.
  const bool came_through = run.populated && succeeded(*run.runs.back());
  for (const SharedEvidence& each : run.runs) {
    all.statements += each->recording.statements.size();
    for (const Step& step : each->steps) {
      if (step.direction != "upgrade") continue;
      if (step.finished && applied.insert(step.revision).second) all.applied.push_back(step.revision);
      if (!step.finished && !came_through && stopped.insert(step.revision).second)
        all.stopped.push_back(step.revision);
    }
  }
  return all;
}

Tally::Tally(const std::vector<Scenario>& wanted, SharedEvidence clean, std::vector<std::string> order,
             const ScenarioHooks& hooks)
    : clean_(std::move(clean)),
      order_(std::move(order)),
      hooks_(hooks),
      wanted_(wanted.begin(), wanted.end()) {
  for (const Scenario scenario : wanted) outcomes_[scenario].scenario = scenario;
  for (size_t i = 0; i + 1 < order_.size(); ++i) behind_["from " + order_[i]] = order_[i + 1];
}

void Tally::begins(Scenario scenario, const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (hooks_.on_progress) hooks_.on_progress(scenario, name, begun_, std::max(known_, begun_ + 1));
  ++begun_;
}

CaseSaid Tally::told(CaseRun run, const KeptCase& counted) {
  run.clean = clean_;
  const std::lock_guard lock(mutex_);
  // Nobody looks at what there is to say of it.
  if (!wants(run.scenario)) return {succeeded(*run.runs.back()), {}};
  ScenarioOutcome& outcome = outcomes_[run.scenario];
  // All the steps of the walk are one case.
  if (run.scenario != Scenario::Stepwise || outcome.cases == 0) ++outcome.cases;
  if (run.scenario == Scenario::Stepwise) walked_ = true;
  count_equal(outcome, run.equal);
  if (run.as_another) ++outcome.equal;
  for (const SharedEvidence& each : run.runs) outcome.seconds += run.as_another ? 0 : each->seconds;
  count(outcome, counted);
  return hooks_.on_case ? hooks_.on_case(run) : CaseSaid{};
}

bool Tally::told_again(Scenario scenario, const std::string& name, const KeptCase& kept) {
  const std::lock_guard lock(mutex_);
  if (!wants(scenario)) return true;
  if (!kept.said.empty() && !(hooks_.on_kept && hooks_.on_kept(scenario, name, kept.said))) return false;
  ScenarioOutcome& outcome = outcomes_[scenario];
  if (scenario != Scenario::Stepwise || outcome.cases == 0) ++outcome.cases;
  if (scenario != Scenario::Stepwise) ++outcome.cached;
  count(outcome, kept);
  outcome.not_populated.insert(outcome.not_populated.end(), kept.not_populated.begin(),
                               kept.not_populated.end());
  return true;
}

void Tally::told_equal(Scenario scenario, const std::vector<std::string>& names) {
  const std::lock_guard lock(mutex_);
  if (wants(scenario)) count_equal(outcomes_[scenario], names);
}

void Tally::count(ScenarioOutcome& outcome, const KeptCase& counted) {
  outcome.statements += counted.statements;
  applied_[outcome.scenario].insert(counted.applied.begin(), counted.applied.end());
  stopped_in_[outcome.scenario].insert(counted.stopped.begin(), counted.stopped.end());
}

void Tally::count_equal(ScenarioOutcome& outcome, const std::vector<std::string>& names) {
  outcome.cases += names.size();
  outcome.equal += names.size();
  // What each of these would have begun with, the walk ran.
  for (const std::string& name : names)
    if (const auto found = behind_.find(name); found != behind_.end())
      applied_[outcome.scenario].insert(found->second);
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

void Tally::proven(Scenario scenario, const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (wants(scenario)) outcomes_[scenario].proven.push_back(name);
}

void Tally::not_populated(const std::vector<NotPopulated>& tables) {
  const std::lock_guard lock(mutex_);
  if (!wants(Scenario::Populated)) return;
  std::vector<NotPopulated>& all = outcomes_[Scenario::Populated].not_populated;
  all.insert(all.end(), tables.begin(), tables.end());
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
    if (scenario == Scenario::Stepwise && !walked_) outcome.cached = outcome.cases;
    // The cases ended in any order.
    for (const std::string& id : order_)
      if (applied_[scenario].contains(id)) outcome.applied.push_back(id);
    for (const std::string& id : order_)
      if (outcome.failed.empty() && stopped_in_[scenario].contains(id)) outcome.failed = id;
    outcome.not_populated = each_table_once(std::move(outcome.not_populated));
    if (outcome.cases == 0 && outcome.proven.empty() && outcome.not_run_because.empty())
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
