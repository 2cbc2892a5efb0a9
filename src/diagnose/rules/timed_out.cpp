// The run did not end within --timeout: what it was doing when it was stopped.
#include <fmt/core.h>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"

namespace windlass::diagnose {

void timed_out(const Context& context, std::vector<Finding>& findings) {
  if (!context.evidence().timed_out || has_root(findings)) return;
  Finding finding = finding_at(context, "timed-out", "", {});
  finding.incomplete = true;
  const auto& statements = context.evidence().recording.statements;
  for (const run::Step& step : context.evidence().steps)
    if (!step.finished) finding.revision = step.revision;
  const std::string after = base::duration_text(context.evidence().seconds);
  if (statements.empty()) {
    finding.cause =
        fmt::format("The run was stopped after {}; it had not sent a statement to the database.", after);
  } else {
    const record::Statement& last = at_work(statements);
    if (finding.revision.empty()) finding.revision = last.source.revision;
    finding.location = last.source.location;
    finding.statement = short_statement(last);
    const bool unanswered = last.tag.empty() && !last.failed();
    finding.cause =
        fmt::format("The run was stopped after {}; {} {}.", after,
                    unanswered ? "the server was still working on" : "the last statement was from",
                    sender(last, last.source.location));
    finding.evidence = {exhibit(
        last, "", unanswered ? "Not answered when the run was stopped." : "Answered; nothing followed.")};
  }
  finding.fix.summary = "If it only needs longer, give it longer; if it waits for something, see what.";
  finding.fix.steps = {
      "windlass check --timeout SECONDS",
      "A migration that waits for input, a network or another session never ends in a clean run."};
  findings.push_back(std::move(finding));
}

}  // namespace windlass::diagnose
