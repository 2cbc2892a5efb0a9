// One run of a case: a server that begins with what an earlier one held, one process of the tool, and what is
// kept of it for the next.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "populate/fill.h"
#include "run/check.h"
#include "run/joined_evidence.h"
#include "run/warm_pool.h"
#include "scratch/run_folder.h"

namespace windlass::run {

/// What one run of the tool does.
struct Order {
  std::string command = "upgrade";  ///< or "downgrade"
  std::string target = {};
  SharedState from = nullptr;     ///< empty: an empty database
  SharedServer server = nullptr;  ///< which holds `from`; empty: one that is started for this run
  bool keep = false;              ///< keep what the server holds at the end, for any number of runs
  bool keep_server = false;       ///< let the server go on, for one run
  bool tell_held = false;         ///< RunDone::held
  bool tell_contents = false;     ///< LeftState::contents, of what is kept
  /// Evidence::rows_after, and, with what furnishes the databases before, RunDone::rows_before.
  bool tell_rows = false;
  bool alone = false;   ///< an interpreter of its own
  bool replay = false;  ///< its steps may come from the cache (CheckSettings::reuse); alone, from nothing
  Variables variables = {};               ///< of the environment, beyond the project's
  std::string as_role = {};               ///< who logs in; empty: the project's own role
  std::optional<MakeModels> models = {};  ///< create the models instead, in an interpreter of its own
  /// Rows that are put into what `from` holds before the tool begins; absent: none.
  std::shared_ptr<const populate::FillOrder> rows = nullptr;
  /// The name of the version table, whose rows are taken out of what `from` holds before the tool begins;
  /// empty: they stay.
  std::string forget_versions = {};
  size_t kill_after = 0;  ///< CheckSettings::kill_after
};

struct RunDone {
  SharedEvidence evidence;
  Left left;                                  ///< what was kept
  std::string held = {};                      ///< with Order::tell_held: see CheckOutcome::held
  populate::Rows rows = {};                   ///< what Order::rows came to
  std::optional<TableRows> rows_before = {};  ///< with Order::tell_rows: once `from` was made ready
  bool killed = false;                        ///< CheckOutcome::killed
  bool own_settings = false;                  ///< CheckOutcome::own_settings
  CaseTrace trace = {};                       ///< with ScenarioRunner::tell_traces
};

/// Why a case was left out after CheckSettings::deadline.
inline constexpr const char* kBudgetUsedUp = "the budget was used up";

class ScenarioRunner {
 public:
  /// Makes the folder in which states are kept; it goes with this object. The libraries of the run `clean`
  /// are imported once for all runs that come; where it names none, an interpreter for each run.
  static base::Result<std::unique_ptr<ScenarioRunner>> make(const CheckSettings& settings,
                                                            const Evidence& clean);

  /// Thread-safe. An error: windlass could not look, or was interrupted.
  base::Result<RunDone> run(const Order& order);
  /// From now on each run tells what it follows from.
  void tell_traces() { settings_.tell_trace = true; }
  /// Has the libraries imported once, for a run that will come soon.
  void warm_up();
  int interrupted() const { return interrupted_; }
  /// Whether windlass may have a session of its own on a server that goes on.
  bool may_look() const { return settings_.stage.place.stays_connected; }
  /// Why each run imported its libraries anew; empty where they were shared.
  std::string libraries_not_shared_because() const { return warm_.none_because(); }

 private:
  ScenarioRunner(const CheckSettings& settings, const Evidence& clean)
      : settings_(settings), libraries_(clean.libraries), warm_([this] { return make_warm(); }) {
    for (const chain::Revision& each : clean.chain.revisions) sources_.push_back(each.file);
  }
  base::Result<std::unique_ptr<WarmInterpreter>> make_warm() const;

  CheckSettings settings_;
  std::vector<Module> libraries_;
  std::vector<std::string> sources_;  // the chain's files
  scratch::RunFolder folder_;
  std::filesystem::path program_;  // the Python part of the warm interpreters
  WarmPool warm_;
  std::atomic<int> next_{0}, interrupted_{0};
};

}  // namespace windlass::run
