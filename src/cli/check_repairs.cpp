#include "cli/check_repairs.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "base/text.h"
#include "cli/chance.h"
#include "cli/repair_trials.h"
#include "diagnose/cases/repairs.h"

namespace windlass::cli {

using diagnose::RepairTrial;

base::Result<int> add_repairs(const run::CheckSettings& settings, const ServerCheck& check,
                              const std::vector<run::RepairScript>& scripts, bool every_place, bool progress,
                              report::CheckReport& report) {
  const run::Evidence& clean = check.outcome.evidence;
  report::ScenarioLine line;
  line.outcome.scenario = every_place ? run::Scenario::Hybrid : run::Scenario::Repairs;
  line.verdict = "passed";
  if (clean.isolation != run::Isolation::Namespace && settings.stage.no_isolation_because.empty()) {
    line.outcome.not_run_because =
        "nothing would keep the scripts from other databases here (no network namespace could be made); "
        "--no-isolation runs them all the same";
    line.outcome.could_not_look = true;
  }
  const auto began = std::chrono::steady_clock::now();
  const auto runs = WINDLASS_TRY(RepairTrials::make(settings, check, every_place, progress));
  const std::vector<RepairTrials::OfScript> all =
      line.outcome.could_not_look ? std::vector<RepairTrials::OfScript>() : WINDLASS_TRY(runs->run(scripts));
  if (runs->interrupted() != 0) return runs->interrupted();
  if (runs->out_of_budget()) line.outcome.could_not_look = true;
  line.outcome.statements = runs->statements();
  std::set<catalog::Object> chance;
  const bool any_otherwise = std::any_of(all.begin(), all.end(), [&](const RepairTrials::OfScript& of) {
    return std::any_of(of.trials.begin(), of.trials.end(), [&](const RepairTrial& trial) {
      return diagnose::outcome_of(trial, clean, runs->chain()) == diagnose::Then::EndsOtherwise;
    });
  });
  if (any_otherwise && !runs->out_of_budget()) {
    if (const auto seen = look_for_chance(settings, runs->chain()))
      chance = *seen;
    else
      report.remarks.push_back("Whether the chain makes the same at each run could not be seen.");
  }
  for (size_t i = 0; i < all.size(); ++i) {
    const std::vector<RepairTrial>& trials = all[i].trials;
    line.outcome.cases += trials.size();
    for (const run::LeftOut& each : all[i].left_out) line.outcome.left_out.push_back(each);
    for (const std::string& each : all[i].proven) line.outcome.proven.push_back(each);
    const bool silent = std::any_of(trials.begin(), trials.end(), [&](const RepairTrial& trial) {
      return diagnose::outcome_of(trial, clean, runs->chain(), chance) == diagnose::Then::EndsOtherwise;
    });
    if (every_place && silent) line.verdict = "failed";
    const bool never_ran = all[i].proven.empty() && !trials.empty() &&
                           std::all_of(trials.begin(), trials.end(), [](const RepairTrial& trial) {
                             return !trial.why_failed.empty() && !trial.did_something;
                           });
    if (never_ran) {
      line.outcome.left_out.push_back(
          {scripts[i].name, "it did nothing anywhere: " + trials.front().why_failed});
      // What was not seen has not passed.
      if (line.verdict == "passed") line.verdict = "not-run";
      line.outcome.not_run_because = "not every script could be looked at";
    }
    for (diagnose::Finding& finding : diagnose::repair_findings(trials, clean, runs->chain(), chance)) {
      if (!every_place && finding.severity != diagnose::Severity::Info) line.verdict = "failed";
      finding.scenario = run::to_string(line.outcome.scenario);
      for (diagnose::Occurrence& occurrence : finding.occurs) occurrence.scenario = finding.scenario;
      finding.id = 0;
      for (const diagnose::Finding& other : report.findings) finding.id = std::max(finding.id, other.id);
      ++finding.id;
      report.findings.push_back(std::move(finding));
    }
  }
  for (const auto& [script, database] : runs->elsewhere())
    report.remarks.push_back(
        fmt::format("{} also changes database \"{}\", which is not the chain's: nothing is said about that.",
                    script, database));
  if (line.verdict == "failed") line.outcome.not_run_because.clear();
  line.outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  if (line.outcome.could_not_look) {
    line.verdict = "not-run";
    if (report.verdict == diagnose::Verdict::Sound) report.verdict = diagnose::Verdict::Incomplete;
  }
  if (!report.clean_verdict) report.clean_verdict = check.verdict;
  report.scenarios.push_back(std::move(line));
  return 0;
}

}  // namespace windlass::cli
