// The server went away while the chain ran. What ran last is named; whether the chain or the machine
// is at fault cannot be told, so the verdict is "incomplete".
#include <fmt/core.h>

#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"

namespace windlass::diagnose {

void server_died(const Context& context, std::vector<Finding>& findings) {
  if (!context.evidence().server_died) return;
  const auto& statements = context.evidence().recording.statements;
  Finding finding = finding_at(context, "server-died", "", {});
  finding.incomplete = true;
  if (statements.empty()) {
    finding.cause = "The PostgreSQL server ended before the first statement was answered.";
  } else {
    const record::Statement& last = statements.back();
    finding.revision = last.source.revision;
    finding.location = last.source.location;
    finding.statement = short_statement(last);
    finding.statement_number = last.n;
    if (last.error) {
      finding.sqlstate = last.error->sqlstate;
      finding.message = last.error->message;
    }
    finding.cause =
        fmt::format("The PostgreSQL server ended while the chain ran; the last statement came from {}.",
                    sender(last, last.source.location));
    finding.evidence = {exhibit(last, last.failed() ? "failed" : "", "The last statement seen.")};
  }
  finding.fix.summary = "Look at the end of the server's log (windlass prints it), then at memory and disk.";
  finding.fix.steps = {
      "Run again with --keep to keep the server's folder and log.",
      "If the same statement ends the server every time, it is a fault of the server or of an extension."};
  findings.push_back(std::move(finding));
}

}  // namespace windlass::diagnose
