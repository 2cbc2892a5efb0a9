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
#include "run/case_run.h"
#include "run/kept_cases.h"
#include "run/scenarios.h"

namespace windlass::run {

/// What there is to count of a case: revisions that its runs applied, and that they stopped in, each once,
/// and statements.
KeptCase counted(const CaseRun& run);

class Tally {
 public:
  /// `order`: the revisions on the way, as the walk takes them. `hooks` is to outlive this object.
  Tally(const std::vector<Scenario>& wanted, SharedEvidence clean, std::vector<std::string> order,
        const ScenarioHooks& hooks);

  bool wants(Scenario scenario) const { return wanted_.contains(scenario); }
  /// How many cases there will be, for the progress.
  void expect(size_t cases) { known_ = cases; }

  void begins(Scenario scenario, const std::string& name);
  /// A case ended, of which `counted` is to be counted.
  CaseSaid told(CaseRun run, const KeptCase& counted);
  /// ... as it did in an earlier check. False: what that had to say of it cannot be read.
  bool told_again(Scenario scenario, const std::string& name, const KeptCase& kept);
  /// Cases that go on as another one does that an earlier check had.
  void told_equal(Scenario scenario, const std::vector<std::string>& names);
  void not_run(Scenario scenario, const std::string& because);
  void leave_out(Scenario scenario, const std::string& name, const std::string& because);
  /// Windlass itself failed in this case.
  void could_not_look(Scenario scenario, const std::string& name, const base::Error& error);
  /// ... and so in all of a scenario that comes after it.
  void could_not_look(Scenario scenario);
  /// A case that need not be run, since it is proven.
  void proven(Scenario scenario, const std::string& name);
  void not_populated(const std::vector<NotPopulated>& tables);
  std::vector<LeftOut> left_out(Scenario scenario) const;

  /// In the order of the scenarios; to be called when all cases have ended.
  std::vector<ScenarioOutcome> outcomes();

 private:
  void count(ScenarioOutcome& outcome, const KeptCase& counted);
  void count_equal(ScenarioOutcome& outcome, const std::vector<std::string>& names);
  std::vector<NotPopulated> each_table_once(std::vector<NotPopulated> all) const;

  const SharedEvidence clean_;
  const std::vector<std::string> order_;
  std::map<std::string, std::string> behind_;  // the revision behind that of a case: by "from 003"
  const ScenarioHooks& hooks_;
  std::set<Scenario> wanted_;
  size_t known_ = 0;

  mutable std::mutex mutex_;  // guards what follows
  std::map<Scenario, ScenarioOutcome> outcomes_;
  std::map<Scenario, std::set<std::string>> applied_, stopped_in_;  // revisions
  size_t begun_ = 0;
  bool walked_ = false;  // a step of the walk was run
};

}  // namespace windlass::run
