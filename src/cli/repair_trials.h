// The runs of repair scripts, at every place of the chain or where it matters, side by side.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cli/check_server.h"
#include "diagnose/cases/repairs.h"
#include "drift/timeline.h"
#include "run/case_pool.h"
#include "run/case_run.h"
#include "run/repair_ground.h"

namespace windlass::cli {

class RepairTrials {
 public:
  /// Of one script.
  struct OfScript {
    std::vector<diagnose::RepairTrial> trials;  ///< by place
    std::vector<run::LeftOut> left_out;
    std::vector<std::string> proven;  ///< cases that need not be run
  };

  /// `check`, the clean run, is to outlive it. `every_place`: all of them; else on an empty database, right
  /// before what the script makes comes in the chain, and at the end. `progress`: a line for each run.
  static base::Result<std::unique_ptr<RepairTrials>> make(const run::CheckSettings& settings,
                                                          const ServerCheck& check, bool every_place,
                                                          bool progress);

  /// To be called once. An error where one could not be run at all; of a run that was interrupted, what there
  /// is.
  base::Result<std::vector<OfScript>> run(const std::vector<run::RepairScript>& scripts);

  const drift::Timeline& chain() const { return chain_; }
  int interrupted() const { return interrupted_; }
  /// Scripts with the databases beside the chain's that they changed.
  const std::set<std::pair<std::string, std::string>>& elsewhere() const { return elsewhere_; }
  /// How many statements the scripts and the upgrades behind them sent.
  size_t statements() const { return statements_; }
  bool out_of_budget() const { return deadline_ && std::chrono::steady_clock::now() > *deadline_; }

 private:
  RepairTrials(const run::CheckSettings& settings, const ServerCheck& check, bool every_place, bool progress);

  void run_everywhere(const std::vector<run::RepairScript>& scripts, std::vector<OfScript>& all,
                      run::CasePool& pool);
  base::Result<void> run_where_it_matters(const run::RepairScript& script, OfScript& of);
  base::Result<std::optional<diagnose::RepairTrial>> run(const run::RepairScript& script, size_t position,
                                                         const run::SharedState& state);
  bool stopped();
  void fail(const base::Error& error);
  std::string name_of(size_t position) const;

  const std::optional<std::chrono::steady_clock::time_point> deadline_;
  const run::Evidence& clean_;
  drift::Timeline chain_;
  size_t proven_ = 0;  // what begins with as many revisions is not run again
  size_t reach_ = 0;   // how many revisions the chain comes through by itself
  const bool every_place_, progress_;
  std::unique_ptr<run::RepairGround> ground_;
  std::atomic<int> interrupted_{0};
  std::atomic<size_t> statements_{0};

  std::mutex mutex_;  // guards what follows
  std::optional<base::Error> failed_;
  std::set<std::pair<std::string, std::string>> elsewhere_;
};

}  // namespace windlass::cli
