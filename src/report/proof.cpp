// The verdict of a proof.
#include <algorithm>

#include "report/prove_report.h"

namespace windlass::report {

namespace {

/// Whether something of the scenario counts against the chain: what is suppressed, or known, does not.
bool counts_against(const CheckReport& check, const std::string& scenario) {
  bool told = false;
  for (const diagnose::Finding& finding : check.findings) {
    const bool occurs =
        finding.scenario == scenario ||
        std::any_of(finding.occurs.begin(), finding.occurs.end(),
                    [&](const diagnose::Occurrence& occurrence) { return occurrence.scenario == scenario; });
    if (!occurs || finding.severity == diagnose::Severity::Info) continue;
    told = true;
    if (finding.counts()) return true;
  }
  return !told;  // it failed, and nothing says why: nobody can have accepted that
}

}  // namespace

std::string to_string(ProofVerdict verdict) {
  switch (verdict) {
    case ProofVerdict::Proven:
      return "proven";
    case ProofVerdict::Broken:
      return "broken";
    case ProofVerdict::Incomplete:
      return "incomplete";
  }
  return "incomplete";
}

bool Required::has(const std::string& scenario) const {
  if (scenario == "clean") return true;
  if (by_name()) return std::find(names.begin(), names.end(), scenario) != names.end();
  return scenario != "replay" && scenario != "hybrid";
}

ProofVerdict proof_of(const CheckReport& check, const Required& required) {
  const diagnose::Verdict clean = check.clean_verdict.value_or(check.verdict);
  const bool clean_failed =
      clean == diagnose::Verdict::Broken &&
      std::any_of(check.findings.begin(), check.findings.end(), [](const auto& f) {
        return f.scenario == "clean" && !f.incomplete && f.severity == diagnose::Severity::Error;
      });
  if (clean_failed) return ProofVerdict::Broken;
  bool incomplete = clean != diagnose::Verdict::Sound;
  for (const ScenarioLine& line : check.scenarios) {
    const std::string name = run::to_string(line.outcome.scenario);
    if (!required.has(name)) continue;
    if (line.verdict == "failed" && counts_against(check, name)) return ProofVerdict::Broken;
    // What has no case in this chain (no downgrade, no models) leaves nothing open, unless it is asked for.
    if (line.verdict == "not-run" &&
        (line.outcome.could_not_look || line.outcome.cases > 0 || required.by_name()))
      incomplete = true;
    if (line.outcome.could_not_look) incomplete = true;
  }
  for (const std::string& name : required.names) {
    const bool there = name == "clean" || std::any_of(check.scenarios.begin(), check.scenarios.end(),
                                                      [&](const ScenarioLine& line) {
                                                        return run::to_string(line.outcome.scenario) == name;
                                                      });
    if (!there) incomplete = true;
  }
  return incomplete ? ProofVerdict::Incomplete : ProofVerdict::Proven;
}

}  // namespace windlass::report
