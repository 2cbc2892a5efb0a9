// A case that upgrades to where the clean run went, cut otherwise: the rules say why it breaks; where it does
// not, its catalog must be the clean run's.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "diagnose/cases.h"
#include "diagnose/cases/catalogs.h"
#include "diagnose/compose.h"
#include "diagnose/diagnose.h"

namespace windlass::diagnose {

namespace {

std::string in_words(const run::CaseRun& run) {
  return run.scenario == run::Scenario::Stepwise ? std::string("with a process for each revision")
                                                 : fmt::format("in two processes, the second {}", run.name);
}

/// What the rules say but for remarks on the source, which the clean run has told.
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

}  // namespace

std::vector<Finding> upgrade_findings(const run::CaseRun& run, const SourceLines& source) {
  std::vector<Finding> findings = by_rules(run, source);
  const run::Evidence &last = *run.runs.back(), &clean = *run.clean;
  // Steps before the last one are on their way.
  const bool comparable = run::succeeded(last) && run::succeeded(clean) && last.after_read &&
                          clean.after_read && last.versions == clean.versions;
  if (!comparable || !findings.empty()) return findings;
  const auto found = by_themselves(differences(clean.after, last.after, clean, "the clean run", "this one"));
  if (found.empty()) return findings;
  Finding finding;
  finding.code = "ends-otherwise";
  finding.object = found.front().object;
  const record::Statement* maker = maker_of(clean, *finding.object);
  for (const run::SharedEvidence& each : run.runs)
    if (maker == nullptr) maker = maker_of(*each, *finding.object);
  for (const run::SharedEvidence& each : run.before)
    if (maker == nullptr) maker = maker_of(*each, *finding.object);
  if (maker != nullptr) {
    finding.revision = maker->source.revision;
    finding.location = maker->source.location;
    finding.statement = short_statement(*maker);
  }
  finding.cause = fmt::format("Run {}, the chain ends well and with another catalog than in one: {}.",
                              in_words(run), listed(found));
  std::vector<const run::Evidence*> runs = {&clean};
  for (const auto* list : {&run.runs, &run.before})
    for (const run::SharedEvidence& each : *list) runs.push_back(each.get());
  add_exhibits(finding, found, runs);
  finding.fix.summary =
      "Make each revision send the same statements whichever process runs it: nothing may depend on what "
      "another revision of the same process has done in Python.";
  finding.fix.steps = {
      "What Alembic and SQLAlchemy remember within a process (enum types that were created), variables of "
      "modules, and tests of what is there already are what a revision must not rely on."};
  finding.fix.do_not = "Do not take the one-process result for what production has: it never ran it so.";
  // Which case saw it first is chance; what differs is not.
  Finding alike = finding;
  alike.cause = catalog::to_string(*finding.object);
  finding.fingerprint = fingerprint(alike);
  return {finding};
}

}  // namespace windlass::diagnose
