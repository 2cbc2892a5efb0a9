#include "cli/scenarios.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <tuple>

#include "base/printable.h"
#include "base/text.h"
#include "cli/suggest.h"
#include "diagnose/cases.h"
#include "diagnose/diagnose.h"
#include "diagnose/kept_findings.h"
#include "scratch/data_folder.h"

namespace windlass::cli {

namespace {

using diagnose::Finding;

/// A refused downgrade is its author's word, and no failure of the way down.
bool speaks_against(const Finding& finding) {
  return finding.severity != diagnose::Severity::Info && finding.code != "downgrade-refused";
}

bool came_through(const run::CaseRun& run, const std::vector<Finding>& findings) {
  // What only some rows would break is a warning: the others came through. So is what a kill does to rows.
  if (run.populated || run.interrupted)
    return std::none_of(findings.begin(), findings.end(), [](const Finding& finding) {
      return finding.severity == diagnose::Severity::Error || finding.incomplete;
    });
  if (std::any_of(findings.begin(), findings.end(), speaks_against)) return false;
  if (run.scenario == run::Scenario::Models) return true;  // it is a case only where they were created
  return run.round_trip.has_value() || run::succeeded(*run.runs.back());
}

/// What kept windlass from seeing how the case would have ended, where nothing but that speaks against it;
/// or nullptr.
const Finding* obstacle(const std::vector<Finding>& findings) {
  const Finding* found = nullptr;
  for (const Finding& finding : findings) {
    if (!speaks_against(finding)) continue;
    if (!finding.incomplete) return nullptr;
    if (found == nullptr) found = &finding;
  }
  return found;
}

/// Whether the next check may take the case from the cache, and what it is to say of it then.
run::CaseSaid said_of(const run::CaseRun& run, const std::vector<Finding>& findings) {
  const bool through = came_through(run, findings);
  // How it failed is for its findings to say; where they do not, the clean run's stand for it.
  if (!through && std::none_of(findings.begin(), findings.end(), speaks_against)) return {};
  if (!diagnose::would_be_found_again(run, findings)) return {};
  if (findings.empty()) return {true, {}};
  return {true, diagnose::kept_findings({through, findings})};
}

/// One line on the terminal that is written again and again.
class Progress {
 public:
  explicit Progress(bool on) : on_(on) {}
  ~Progress() { end(); }
  void show(run::Scenario scenario, const std::string& name, size_t done, size_t known) {
    if (!on_) return;
    std::fprintf(stderr, "\r\x1b[K  %zu of %zu  %s %s", done + 1, known, run::to_string(scenario).c_str(),
                 base::printable(name).c_str());
    open_ = true;
  }
  void end() {
    if (open_) std::fputs("\r\x1b[K", stderr);
    open_ = false;
  }

 private:
  bool on_, open_ = false;
};

/// Findings in the order of the scenarios and their cases, whichever case ended first.
struct Told {
  run::Scenario scenario;
  size_t place;  // of the revision it is about, on the way up
  std::string name;
  std::vector<Finding> findings;
};

}  // namespace

std::vector<std::string> scenario_names() {
  std::vector<std::string> names;
  for (const run::Scenario scenario : run::all_scenarios()) names.push_back(run::to_string(scenario));
  return names;
}

std::vector<std::string> scenario_words(const std::string& list) {
  std::vector<std::string> words;
  for (const std::string& word : base::split(list, ',')) words.emplace_back(base::trim(word));
  return words;
}

namespace {

base::Error no_such_scenario(const std::string& name, const std::vector<std::string>& names) {
  return {"find the scenario", name, "there is no such scenario",
          did_you_mean(name, names, fmt::format("It is one of {}.", base::join(names, ", "))),
          base::Exit::Usage};
}

}  // namespace

base::Result<void> check_scenario_name(const std::string& name) {
  if (run::scenario_named(name)) return {};
  return base::fail(no_such_scenario(name, scenario_names()));
}

base::Result<void> check_required_name(const std::string& name) {
  std::vector<std::string> names = scenario_names();
  names.push_back(run::to_string(run::Scenario::Hybrid));
  if (std::find(names.begin(), names.end(), name) != names.end()) return {};
  return base::fail(no_such_scenario(name, names));
}

base::Result<ScenariosWanted> choose_scenarios(const ScenariosAsked& asked) {
  const std::string as_role = run::to_string(run::Scenario::AsRole);
  ScenariosWanted wanted{asked.given.empty() ? asked.configured : asked.given,
                         asked.as_role.empty() ? asked.configured_role : asked.as_role};
  const bool by_name = std::count(wanted.names.begin(), wanted.names.end(), as_role) > 0;
  if (by_name && wanted.as_role.empty())
    return base::fail({"run the scenario", as_role, "no role is named for it",
                       "Name the deploying role: --as-role NAME, or as-role = \"NAME\" under [check] in "
                       "windlass.toml.",
                       base::Exit::Usage});
  if (wanted.as_role == scratch::kSuperuser)
    return base::fail({"run the scenario", as_role + " " + wanted.as_role,
                       "this name belongs to the scratch server's own superuser",
                       "Name the role that deploys.", base::Exit::Usage});
  if (asked.all) {
    wanted.names.clear();
    for (const run::Scenario scenario : run::all_scenarios())
      if (run::asks_for_soundness(scenario)) wanted.names.push_back(run::to_string(scenario));
  }
  if (asked.all && wanted.as_role.empty()) std::erase(wanted.names, as_role);
  if (!asked.as_role.empty() && !by_name && !asked.all) wanted.names.push_back(as_role);
  return wanted;
}

std::vector<run::Scenario> wanted_scenarios(const std::vector<std::string>& names) {
  std::vector<run::Scenario> wanted;
  for (const run::Scenario scenario : run::all_scenarios())
    if (scenario != run::Scenario::Clean &&
        std::find(names.begin(), names.end(), run::to_string(scenario)) != names.end())
      wanted.push_back(scenario);
  return wanted;
}

base::Result<int> add_scenarios(const run::CheckSettings& settings, const run::CheckOutcome& clean,
                                const std::vector<run::Scenario>& wanted, bool progress,
                                report::CheckReport& report) {
  const std::vector<std::string> order = run::walk_order(clean.evidence, settings.to);
  const auto place_of = [&](run::Scenario scenario, const std::string& name) {
    const bool has_word = scenario == run::Scenario::Splits || scenario == run::Scenario::Populated ||
                          scenario == run::Scenario::Replay;  // "from 003", "over 003"
    const std::string id = has_word ? name.substr(name.find(' ') + 1) : name;
    return static_cast<size_t>(std::find(order.begin(), order.end(), id) - order.begin());
  };
  std::vector<Told> told;
  std::map<run::Scenario, bool> failed;
  std::map<run::Scenario, std::string> obstructed;
  Progress line(progress);
  run::ScenarioHooks hooks;
  hooks.on_progress = [&](run::Scenario scenario, const std::string& name, size_t done, size_t known) {
    line.show(scenario, name, done, known);
  };
  hooks.on_case = [&](const run::CaseRun& run) {
    Told one{run.scenario, place_of(run.scenario, run.name), run.name,
             diagnose::case_findings(run, report.source)};
    // Where a case has nothing to add (a retry that met the same again), the clean run's stands for it.
    const bool says_nothing = std::none_of(one.findings.begin(), one.findings.end(), speaks_against);
    const Finding* in_the_way = obstacle(says_nothing ? report.findings : one.findings);
    if (!came_through(run, one.findings)) {
      if (in_the_way != nullptr)
        obstructed.insert({run.scenario, in_the_way->code + " kept it from going on"});
      else
        failed[run.scenario] = true;
    }
    const run::CaseSaid said = said_of(run, one.findings);
    told.push_back(std::move(one));
    return said;
  };
  hooks.on_kept = [&](run::Scenario scenario, const std::string& name, const std::string& words) {
    auto kept = diagnose::read_kept_findings(words);
    if (!kept) return false;
    Told one{scenario, place_of(scenario, name), name, std::move(kept->findings)};
    for (Finding& finding : one.findings) diagnose::seen_in(finding, scenario, name);
    if (!kept->came_through) failed[scenario] = true;
    told.push_back(std::move(one));
    return true;
  };
  hooks.on_again = [&] {
    told.clear();
    failed.clear();
    obstructed.clear();
  };
  run::ScenariosOutcome outcome = WINDLASS_TRY(run::run_scenarios(settings, clean, wanted, hooks));
  line.end();
  if (outcome.interrupted != 0) return outcome.interrupted;
  if (!outcome.libraries_not_shared_because.empty())
    report.remarks.push_back("Each run of a scenario imported its libraries anew, which takes longer: " +
                             outcome.libraries_not_shared_because + ".");

  std::stable_sort(told.begin(), told.end(), [](const Told& a, const Told& b) {
    return std::tie(a.scenario, a.place, a.name) < std::tie(b.scenario, b.place, b.name);
  });
  std::vector<std::vector<Finding>> cases;
  for (Told& one : told) cases.push_back(std::move(one.findings));
  report.clean_verdict = report.verdict;
  report.findings = diagnose::with_cases(std::move(report.findings), cases);
  report.verdict = diagnose::verdict_of(clean.evidence, report.findings);
  for (run::ScenarioOutcome& each : outcome.scenarios) {
    const bool blind = each.could_not_look;
    if (blind && report.verdict == diagnose::Verdict::Sound) report.verdict = diagnose::Verdict::Incomplete;
    const bool stopped = !failed[each.scenario] && obstructed.contains(each.scenario);
    if (stopped) each.not_run_because = obstructed[each.scenario];
    const char* verdict = failed[each.scenario]                                          ? "failed"
                          : (each.cases == 0 && each.proven.empty()) || blind || stopped ? "not-run"
                                                                                         : "passed";
    report.scenarios.push_back({std::move(each), verdict});
  }
  return 0;
}

}  // namespace windlass::cli
