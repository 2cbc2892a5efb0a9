// The scenarios of `windlass check`: their names as a user writes them, and from the clean run to all
// findings.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "diagnose/finding.h"
#include "report/check_report.h"
#include "run/scenarios.h"

namespace windlass::cli {

std::vector<std::string> scenario_names();
/// "clean, splits" as its words.
std::vector<std::string> scenario_words(const std::string& list);
/// A usage error with the nearest name otherwise.
base::Result<void> check_scenario_name(const std::string& name);

/// The same of a scenario that a proof can need: also `hybrid`.
base::Result<void> check_required_name(const std::string& name);

struct ScenariosAsked {
  std::vector<std::string> given;       ///< --scenarios
  bool all = false;                     ///< --all
  std::string as_role;                  ///< --as-role
  std::vector<std::string> configured;  ///< [check] scenarios
  std::string configured_role;          ///< [check] as-role
};
struct ScenariosWanted {
  std::vector<std::string> names;
  std::string as_role;
};
/// What the command line and windlass.toml come to. as-role is run where a role is named for it; a usage
/// error where it is asked for by its name and none is.
base::Result<ScenariosWanted> choose_scenarios(const ScenariosAsked& asked);

/// Those of the names that come after the clean run, each once.
std::vector<run::Scenario> wanted_scenarios(const std::vector<std::string>& names);

/// Runs `wanted` after the clean run, or takes it from the cache (CheckSettings::reuse), and puts what they
/// say into the report: findings, lines and verdict. Returns the signal that ended it early; 0 otherwise.
base::Result<int> add_scenarios(const run::CheckSettings& settings, const run::CheckOutcome& clean,
                                const std::vector<run::Scenario>& wanted, bool progress,
                                report::CheckReport& report);

}  // namespace windlass::cli
