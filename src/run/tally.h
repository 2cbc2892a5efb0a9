// What becomes of each scenario while its cases end in any order.
//
// Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "populate/rows.h"
#include "run/case_run.h"
#include "run/scenarios.h"

namespace windlass::run {

class Tally {
 public:
  /// `order`: the revisions on the way, as the walk takes them. `hooks` is to outlive this object.
  Tally(const std::vector<Scenario>& wanted, SharedEvidence clean, std::vector<std::string> order,
        const ScenarioHooks& hooks);

  bool wants(Scenario scenario) const { return wanted_.contains(scenario); }
  /// How many cases there will be, for the progress.
  void expect(size_t cases) { known_ = cases; }

  void begins(Scenario scenario, const std::string& name);
  /// A case ended.
  void told(CaseRun run);
  void not_run(Scenario scenario, const std::string& because);
  void leave_out(Scenario scenario, const std::string& name, const std::string& because);
  /// Windlass itself failed in this case.
  void could_not_look(Scenario scenario, const std::string& name, const base::Error& error);
  /// ... and so in all of a scenario that comes after it.
  void could_not_look(Scenario scenario);
  void not_populated(const std::string& name, const std::vector<populate::Unpopulated>& tables);
  std::vector<LeftOut> left_out(Scenario scenario) const;

  /// In the order of the scenarios; to be called when all cases have ended.
  std::vector<ScenarioOutcome> outcomes();

 private:
  static void count(ScenarioOutcome& outcome, const std::vector<SharedEvidence>& runs);
  std::vector<NotPopulated> each_table_once(std::vector<NotPopulated> all) const;

  const SharedEvidence clean_;
  const std::vector<std::string> order_;
  const ScenarioHooks& hooks_;
  std::set<Scenario> wanted_;
  size_t known_ = 0;

  mutable std::mutex mutex_;  // guards what follows
  std::map<Scenario, ScenarioOutcome> outcomes_;
  size_t begun_ = 0;
};

}  // namespace windlass::run
