// An error raised inside windlass's own event triggers: the statement would have gone well without windlass,
// so whatever its SQLSTATE says, the chain is not to blame.
#include <fmt/core.h>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"

namespace windlass::diagnose {

void windlass_failed(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures()) {
    const record::Statement& statement = *failure.statement;
    // A statement that was cancelled, by a timeout or by hand, was so wherever it had got to.
    if (claimed(findings, statement) || statement.error->sqlstate == "57014" ||
        !base::contains(statement.error->where, "pg_windlass."))
      continue;
    Finding finding = finding_of(context, failure, "self-check");
    finding.incomplete = true;
    finding.cause = fmt::format(
        "Windlass's own event trigger failed while it read what {} had done: {}. Nothing is known against "
        "the chain here.",
        sender(statement, finding.location), base::one_line(statement.error->message));
    finding.evidence = {exhibit(statement, "failed", base::one_line(statement.error->where))};
    finding.fix.summary =
        "If a migration changes the schema pg_windlass, take that out; otherwise please report it, with the "
        "recording (windlass check --recording FILE).";
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
