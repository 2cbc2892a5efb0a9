// From the cases of the scenarios to findings: the rules over what a case left behind, and what only a
// comparison of runs tells. Pure.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "diagnose/context.h"
#include "diagnose/finding.h"
#include "run/case_run.h"

namespace windlass::diagnose {

/// The codes that only cases have; those of the rules come on top.
std::span<const std::string_view> case_codes();

/// What one case says, roots first, numbered from 1; nothing where all went as in the clean run.
std::vector<Finding> case_findings(const run::CaseRun& run, const SourceLines& source);

/// One list of the clean run's findings and those of the cases: what is known already is not told again, what
/// several cases have is one finding that names them. Numbered from 1.
std::vector<Finding> with_cases(std::vector<Finding> clean, const std::vector<std::vector<Finding>>& cases);

// One function for each way of looking at a case, in cases/.
std::vector<Finding> upgrade_findings(const run::CaseRun& run, const SourceLines& source);
std::vector<Finding> as_role_findings(const run::CaseRun& run, const SourceLines& source);
std::vector<Finding> populated_findings(const run::CaseRun& run, const SourceLines& source);
std::vector<Finding> repeat_findings(const run::CaseRun& run, const SourceLines& source);
std::vector<Finding> retry_findings(const run::CaseRun& run, const SourceLines& source);
std::vector<Finding> replay_findings(const run::CaseRun& run, const SourceLines& source);
std::vector<Finding> interrupted_findings(const run::CaseRun& run, const SourceLines& source);
std::vector<Finding> models_findings(const run::CaseRun& run, const SourceLines& source);
std::vector<Finding> round_trip_findings(const run::CaseRun& run, const SourceLines& source);

}  // namespace windlass::diagnose
