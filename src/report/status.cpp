#include "report/status.h"

#include <algorithm>

#include "base/error.h"

namespace windlass::report {

namespace {

using diagnose::Finding;
using diagnose::Severity;

bool is_error(const Finding& finding) {
  return finding.counts() && !finding.incomplete && finding.severity == Severity::Error;
}

}  // namespace

int exit_status(diagnose::Verdict verdict, const std::vector<Finding>& all, const std::vector<Finding>& shown,
                const std::string& fail_on) {
  const bool could_not_look =
      verdict == diagnose::Verdict::Incomplete ||
      (verdict == diagnose::Verdict::Broken && std::none_of(all.begin(), all.end(), is_error) &&
       std::any_of(all.begin(), all.end(), [](const Finding& finding) { return finding.incomplete; }));
  if (could_not_look && std::none_of(shown.begin(), shown.end(), is_error))
    return static_cast<int>(base::Exit::CouldNotLook);
  if (fail_on == "never") return 0;
  const bool found = std::any_of(shown.begin(), shown.end(), [&](const Finding& finding) {
    return finding.counts() && (finding.severity == Severity::Error ||
                                (fail_on == "warning" && finding.severity == Severity::Warning));
  });
  const bool broken = verdict == diagnose::Verdict::Broken && std::any_of(all.begin(), all.end(), is_error);
  return found || broken ? 1 : 0;
}

}  // namespace windlass::report
