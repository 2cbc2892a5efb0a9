#include "cli/check_repairs.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <set>
#include <utility>

#include "base/printable.h"
#include "base/text.h"
#include "cli/chance.h"
#include "diagnose/both_made.h"
#include "diagnose/cases/repairs.h"
#include "run/scenario_runner.h"

namespace windlass::cli {

namespace {

constexpr size_t kMostPlaces = 6;  // of one script, beside the end of the chain

using diagnose::RepairTrial;

class Trials {
 public:
  Trials(const run::CheckSettings& settings, const ServerCheck& check, bool every_place, bool progress)
      : settings_(settings), clean_(check.outcome.evidence), every_place_(every_place), progress_(progress) {
    chain_ = drift::timeline_of(check.past ? *check.past : clean_);
    for (const run::Step& step : clean_.steps)
      if (step.finished && step.direction == "upgrade") ++reach_;
    if (settings.proven.scenarios.contains(run::Scenario::Hybrid))
      proven_ = run::proven_at_the_beginning(chain_.revisions, clean_.chain, settings.proven.revisions);
    settings_.from.clear();
    settings_.keep = {};
    settings_.tell_libraries = false;
  }

  const drift::Timeline& chain() const { return chain_; }
  int interrupted() const { return interrupted_; }
  /// Scripts with the databases beside the chain's that they changed.
  const std::set<std::pair<std::string, std::string>>& elsewhere() const { return elsewhere_; }

  /// Every run of one script. An error where it could not be run at all.
  base::Result<std::vector<RepairTrial>> of(const run::RepairScript& script,
                                            std::vector<run::LeftOut>& left_out,
                                            std::vector<std::string>& proven) {
    std::vector<RepairTrial> trials;
    std::set<size_t> wanted = {0}, done;
    const size_t most = every_place_ ? reach_ + 1 : kMostPlaces;
    for (size_t place = 1; every_place_ && place <= reach_; ++place) wanted.insert(place);
    // From there the upgrade begins with a revision that is proven.
    for (size_t place = 0; every_place_ && place < proven_ && place < reach_; ++place) {
      done.insert(place);
      proven.push_back(script.name + " at " + name_of(place));
    }
    const size_t not_again = done.size();
    const auto next = [&] {
      return std::find_if(wanted.begin(), wanted.end(), [&](size_t place) { return !done.contains(place); });
    };
    for (auto place = next(); place != wanted.end() && done.size() - not_again < most; place = next()) {
      const size_t position = *place;
      if (out_of_budget()) break;
      done.insert(position);
      trials.push_back(WINDLASS_TRY(run(script, position)));
      if (interrupted_ != 0) return trials;
      for (const size_t more : diagnose::places_before(chain_, trials.back().recording))
        wanted.insert(std::min(more, reach_));
    }
    for (const size_t position : wanted)
      if (!done.contains(position))
        left_out.push_back({script.name + " at " + name_of(position),
                            out_of_budget() ? run::kBudgetUsedUp
                                            : fmt::format("it was run at {} other places", kMostPlaces)});
    if (out_of_budget()) return trials;
    if (!done.contains(reach_)) trials.push_back(WINDLASS_TRY(run(script, reach_)));
    // What changes the chain's own, or the version table, does nothing before that is there.
    const bool only_at_end = !trials.empty() && trials.back().did_something &&
                             std::none_of(trials.begin(), trials.end() - 1,
                                          [](const RepairTrial& trial) { return trial.did_something; });
    if (only_at_end && interrupted_ == 0 && reach_ > 1 && !done.contains(reach_ - 1))
      trials.insert(trials.end() - 1, WINDLASS_TRY(run(script, reach_ - 1)));
    return trials;
  }

  bool out_of_budget() const {
    return settings_.deadline && std::chrono::steady_clock::now() > *settings_.deadline;
  }

 private:
  /// The revision that the chain stands at there; "base" before the first.
  std::string name_of(size_t position) const {
    return position == 0 ? "base" : chain_.revisions[position - 1];
  }

  base::Result<RepairTrial> run(const run::RepairScript& script, size_t position) {
    const bool at_end = position == reach_ && run::succeeded(clean_);
    RepairTrial trial;
    trial.script = script.name;
    trial.position = position;
    trial.at = at_end && position > 0 ? "" : name_of(position);
    if (progress_)
      fmt::print(stderr, "Running {} at {} ...\n", base::printable(script.name),
                 base::printable(name_of(position)));
    run::RepairOutcome ran = WINDLASS_TRY(
        run::run_repair(settings_, clean_.database, at_end && position > 0 ? settings_.to : name_of(position),
                        script, !at_end));
    interrupted_ = ran.interrupted;
    trial.why_failed = run::why_failed(ran);
    for (const std::string& database : ran.elsewhere) elsewhere_.insert({script.name, database});
    trial.did_something = diagnose::changed_something(ran.recording);
    trial.recording = std::move(ran.recording);
    if (at_end || !trial.did_something || interrupted_ != 0) return trial;
    if (!ran.left.state || !ran.left.server) {
      trial.not_upgraded_because = ran.left.because.empty() ? "the server did not go on" : ran.left.because;
      return trial;
    }
    run::CheckSettings upgrade = settings_;
    upgrade.reuse = false;
    upgrade.stage.place.keep = false;
    upgrade.stage.place.state = ran.left.state;
    upgrade.stage.place.server = std::move(ran.left.server);
    auto then = run::run_check(upgrade, {});
    if (!then) {
      trial.not_upgraded_because = then.error().got;
      return trial;
    }
    interrupted_ = then->interrupted;
    trial.then = std::move(then->evidence);
    return trial;
  }

  run::CheckSettings settings_;
  const run::Evidence& clean_;
  drift::Timeline chain_;
  size_t proven_ = 0;  // what begins with as many revisions is not run again
  size_t reach_ = 0;   // how many revisions the chain comes through by itself
  bool every_place_, progress_;
  int interrupted_ = 0;
  std::set<std::pair<std::string, std::string>> elsewhere_;
};

}  // namespace

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
  Trials runs(settings, check, every_place, progress);
  std::set<catalog::Object> chance;
  bool looked_for_chance = false;
  for (const run::RepairScript& script : scripts) {
    if (line.outcome.could_not_look) break;
    const std::vector<RepairTrial> trials =
        WINDLASS_TRY(runs.of(script, line.outcome.left_out, line.outcome.proven));
    if (runs.interrupted() != 0) return runs.interrupted();
    line.outcome.cases += trials.size();
    if (runs.out_of_budget()) line.outcome.could_not_look = true;
    for (const RepairTrial& trial : trials) {
      line.outcome.statements += trial.recording.statements.size();
      if (trial.then) line.outcome.statements += trial.then->recording.statements.size();
      if (!looked_for_chance && !runs.out_of_budget() &&
          diagnose::outcome_of(trial, clean, runs.chain()) == diagnose::Then::EndsOtherwise) {
        looked_for_chance = true;
        if (const auto seen = look_for_chance(settings, runs.chain()))
          chance = *seen;
        else
          report.remarks.push_back("Whether the chain makes the same at each run could not be seen.");
      }
    }
    const bool silent = std::any_of(trials.begin(), trials.end(), [&](const RepairTrial& trial) {
      return diagnose::outcome_of(trial, clean, runs.chain(), chance) == diagnose::Then::EndsOtherwise;
    });
    if (every_place && silent) line.verdict = "failed";
    const bool never_ran = line.outcome.proven.empty() && !trials.empty() &&
                           std::all_of(trials.begin(), trials.end(), [](const RepairTrial& trial) {
                             return !trial.why_failed.empty() && !trial.did_something;
                           });
    if (never_ran) {
      line.outcome.left_out.push_back({script.name, "it did nothing anywhere: " + trials.front().why_failed});
      // What was not seen has not passed.
      if (line.verdict == "passed") line.verdict = "not-run";
      line.outcome.not_run_because = "not every script could be looked at";
    }
    for (diagnose::Finding& finding : diagnose::repair_findings(trials, clean, runs.chain(), chance)) {
      if (!every_place && finding.severity != diagnose::Severity::Info) line.verdict = "failed";
      finding.scenario = run::to_string(line.outcome.scenario);
      for (diagnose::Occurrence& occurrence : finding.occurs) occurrence.scenario = finding.scenario;
      finding.id = 0;
      for (const diagnose::Finding& other : report.findings) finding.id = std::max(finding.id, other.id);
      ++finding.id;
      report.findings.push_back(std::move(finding));
    }
  }
  for (const auto& [script, database] : runs.elsewhere())
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
