// A case that upgrades to where the clean run went, cut otherwise: the rules say why it breaks; where it does
// not, its catalog must be the clean run's.
#include <fmt/core.h>

#include "diagnose/cases.h"
#include "diagnose/cases/by_rules.h"
#include "diagnose/cases/catalogs.h"
#include "diagnose/cases/ends_otherwise.h"

namespace windlass::diagnose {

namespace {

std::string in_words(const run::CaseRun& run) {
  return run.scenario == run::Scenario::Stepwise ? std::string("with a process for each revision")
                                                 : fmt::format("in two processes, the second {}", run.name);
}

}  // namespace

std::vector<Finding> upgrade_findings(const run::CaseRun& run, const SourceLines& source) {
  std::vector<Finding> findings = by_rules(run, source);
  if (!ends_comparable(run) || !findings.empty()) return findings;
  const auto found = by_themselves(
      differences(run.clean->after, run.runs.back()->after, *run.clean, "the clean run", "this one"));
  if (found.empty()) return findings;
  Finding finding = ends_otherwise(
      run, found,
      fmt::format("Run {}, the chain ends well and with another catalog than in one", in_words(run)));
  finding.fix.summary =
      "Make each revision send the same statements whichever process runs it: nothing may depend on what "
      "another revision of the same process has done in Python.";
  finding.fix.steps = {
      "What Alembic and SQLAlchemy remember within a process (enum types that were created), variables of "
      "modules, and tests of what is there already are what a revision must not rely on."};
  finding.fix.do_not = "Do not take the one-process result for what production has: it never ran it so.";
  return {finding};
}

}  // namespace windlass::diagnose
