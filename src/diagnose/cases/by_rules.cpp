#include "diagnose/cases/by_rules.h"

#include "diagnose/diagnose.h"

namespace windlass::diagnose {

std::vector<Finding> by_rules(const run::CaseRun& run, const SourceLines& source) {
  const run::Evidence& last = *run.runs.back();
  std::vector<run::SharedEvidence> all = run.before;
  all.insert(all.end(), run.runs.begin(), run.runs.end());
  run::Evidence evidence = run::succeeded(last) ? last : run::joined(all);
  evidence.scenario = run::to_string(run.scenario);
  std::vector<Finding> findings = diagnose(evidence, source);
  std::erase_if(findings, [](const Finding& finding) {
    return finding.severity == Severity::Info && !finding.incomplete;
  });
  return findings;
}

std::vector<Finding> by_rules(const run::CaseRun& run, const run::SharedEvidence& last,
                              const SourceLines& source) {
  run::CaseRun alone = run;
  alone.runs = {last};
  return by_rules(alone, source);
}

}  // namespace windlass::diagnose
