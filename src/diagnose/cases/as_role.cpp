// The chain as a deploying role ran it: why that breaks the rules say; where it does not, it must have made
// the same objects. Whose they are is another matter: they are that role's.
#include <fmt/core.h>

#include "diagnose/cases.h"
#include "diagnose/cases/by_rules.h"
#include "diagnose/cases/catalogs.h"
#include "diagnose/cases/ends_otherwise.h"

namespace windlass::diagnose {

std::vector<Finding> as_role_findings(const run::CaseRun& run, const SourceLines& source) {
  std::vector<Finding> findings = by_rules(run, source);
  if (!ends_comparable(run) || !findings.empty()) return findings;
  auto found = by_themselves(differences(run.clean->after, run.runs.back()->after, *run.clean,
                                         "the clean run", "the run by " + run.name));
  std::erase_if(found, [](const catalog::Difference& difference) {
    return difference.change == catalog::Change::Altered || difference.object.kind.ends_with("privilege");
  });
  if (found.empty()) return findings;
  Finding finding = ends_otherwise(
      run, found,
      fmt::format("Run by the role {}, the chain ends well and makes other objects than when {} runs it",
                  run.name, run.clean->role));
  finding.fix.summary =
      "Make each revision do the same whoever runs it. What only a superuser may do belongs to what stands "
      "ready before the chain: then every database has it.";
  finding.fix.do_not =
      "Do not ask who is logged in and leave statements out: the databases of a superuser and of a deploying "
      "role differ from then on, and no revision says so.";
  return {finding};
}

}  // namespace windlass::diagnose
