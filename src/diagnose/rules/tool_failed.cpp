// The tool ended with a failure that nothing seen explains: what it said is passed on, never taken for
// success.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"

namespace windlass::diagnose {

void tool_failed(const Context& context, std::vector<Finding>& findings) {
  if (context.tool_succeeded() || has_root(findings)) return;
  const run::Evidence& evidence = context.evidence();
  Finding finding = finding_at(context, "tool-failed", "", {});
  if (evidence.exception) {
    finding.message = run::to_string(*evidence.exception);
    finding.revision = evidence.exception->revision;
    for (const run::Frame& frame : evidence.exception->frames) {
      if (!frame.in_project) continue;
      finding.location = frame.location;
      finding.evidence.push_back({finding.revision, frame.location, "", "", "in " + frame.function});
    }
  } else {
    finding.message = last_words(evidence);
  }
  const std::string how = evidence.exit_signal != 0
                              ? fmt::format("was ended by signal {}", evidence.exit_signal)
                              : fmt::format("ended with exit status {}", evidence.exit_code);
  finding.cause =
      fmt::format("The migration tool {}{}.", how,
                  finding.message.empty() ? std::string(" and said nothing")
                                          : ": " + base::shorten(base::one_line(finding.message), 300));
  const auto& statements = evidence.recording.statements;
  if (!statements.empty())
    finding.evidence.push_back(
        exhibit(statements.back(), statements.back().failed() ? "failed" : "", "The last statement seen."));
  finding.fix.summary =
      "See the tool's own output (windlass check --verbose), and run the bare tool with the same settings.";
  findings.push_back(std::move(finding));
}

}  // namespace windlass::diagnose
