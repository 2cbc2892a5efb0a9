// A whole check: the chain on every server that is asked for, the scenarios, the repair scripts, and what is
// suppressed; all but what is made of it (a report, a mend).
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/check_servers.h"
#include "cli/options.h"
#include "cli/settings.h"
#include "cli/since.h"
#include "report/check_report.h"
#include "run/check.h"

namespace windlass::cli {

struct WholeCheckHow {
  bool keep_past = false;    ///< see ServerCheckOptions
  bool progress = true;      ///< on a terminal
  bool lock = true;          ///< what windlass.lock knows is held against the chain
  bool every_place = false;  ///< repair scripts are run at every revision: the scenario `hybrid`
  /// No case of a scenario begins after it.
  std::optional<std::chrono::steady_clock::time_point> deadline = {};
  /// What need not be run after the clean run; empty: nothing is known to be proven.
  std::function<base::Result<Since>(const run::Evidence& clean, const std::vector<run::RepairScript>&)>
      since = {};
};

struct WholeCheck {
  ServersChecked checked;  ///< holds the evidence that the report points to
  report::CheckReport report;
  run::CheckSettings settings;
  std::vector<run::RepairScript> scripts;  ///< that were run, or are known
  std::optional<Since> since;              ///< with WholeCheckHow::since
  int interrupted = 0;                     ///< the signal that ended it early
};

/// Fails when windlass could not look at all, and for wrong usage.
base::Result<WholeCheck> whole_check(const WholeCheckOptions& options, const ProjectAtHand& at_hand,
                                     const std::vector<std::string>& environment, const WholeCheckHow& how);

/// A check in the form of another tool: "github", "sarif", "junit", "gitlab".
std::string rendered_for(const std::string& format, const report::CheckReport& report);

/// What several runs say alike is said once.
void add_remark(report::CheckReport& report, const std::string& remark);

}  // namespace windlass::cli
