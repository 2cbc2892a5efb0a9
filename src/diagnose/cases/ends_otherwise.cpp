#include "diagnose/cases/ends_otherwise.h"

#include <fmt/core.h>

#include "diagnose/cases/catalogs.h"
#include "diagnose/compose.h"

namespace windlass::diagnose {

bool ends_comparable(const run::CaseRun& run) {
  const run::Evidence &last = *run.runs.back(), &clean = *run.clean;
  // Steps before the last one are on their way.
  return run::succeeded(last) && run::succeeded(clean) && last.after_read && clean.after_read &&
         last.versions == clean.versions;
}

Finding ends_otherwise(const run::CaseRun& run, const std::vector<catalog::Difference>& found,
                       const std::string& how) {
  const run::Evidence& clean = *run.clean;
  std::vector<const run::Evidence*> runs = {&clean};
  for (const auto* list : {&run.runs, &run.before})
    for (const run::SharedEvidence& each : *list) runs.push_back(each.get());
  Finding finding;
  finding.code = "ends-otherwise";
  finding.object = found.front().object;
  const record::Statement* maker = nullptr;
  for (const run::Evidence* each : runs)
    if (maker == nullptr) maker = maker_of(*each, *finding.object);
  if (maker != nullptr) {
    finding.revision = maker->source.revision;
    finding.location = maker->source.location;
    finding.statement = short_statement(*maker);
  }
  finding.cause = fmt::format("{}: {}.", how, listed(found));
  add_exhibits(finding, found, runs);
  // Which case saw it first is chance; what differs is not.
  Finding alike = finding;
  alike.cause = catalog::to_string(*finding.object);
  finding.fingerprint = fingerprint(alike);
  return finding;
}

}  // namespace windlass::diagnose
