// The findings of a case as the next check may tell them again, without running it (run/kept_cases.h).
//
// Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnose/finding.h"
#include "run/case_run.h"

namespace windlass::diagnose {

/// Whether another run of the case would have these findings again, word for word: they follow from what its
/// runs and those before them did. Not so what rests on anything else that may change beside the chain
/// (sources around it, extensions that the server could create), on chance, or on a run that did not end by
/// itself.
bool would_be_found_again(const run::CaseRun& run, const std::vector<Finding>& findings);

struct KeptFindings {
  bool came_through = false;  ///< the case is no failure of its scenario
  std::vector<Finding> findings;
};

/// Equal for two cases that say the same: the case's name is not in it. What a report adds to a finding later
/// (suppressions, servers, the baseline) is not, either.
std::string kept_findings(const KeptFindings& kept);
std::optional<KeptFindings> read_kept_findings(std::string_view bytes);

/// Has `finding` say that it was seen in this case.
void seen_in(Finding& finding, run::Scenario scenario, const std::string& name);

}  // namespace windlass::diagnose
