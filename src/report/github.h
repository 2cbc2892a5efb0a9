// Findings as annotations of GitHub Actions
// (https://docs.github.com/actions/reference/workflow-commands-for-github-actions).
#pragma once

#include <string>

#include "report/check_report.h"

namespace windlass::report {

/// One "::error file=...,line=...,title=...::text" a finding. Files are named from the root of the git
/// repository.
std::string github_annotations(const CheckReport& report);

/// Why windlass itself could not do its work: "::error title=windlass::...".
std::string github_annotation(const base::Error& error);

}  // namespace windlass::report
