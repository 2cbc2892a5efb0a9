// X5: a revision opens a connection of its own; what the migration's transaction has created is not
// committed yet, so the other session does not see it.
#include <fmt/core.h>

#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "diagnose/server_error.h"

namespace windlass::diagnose {

void uncommitted_elsewhere(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures()) {
    const record::Statement& statement = *failure.statement;
    if (claimed(findings, statement)) continue;
    const std::optional<Name> name = missing_object(*statement.error, failure.reading);
    if (!name || context.present(*name, statement)) continue;
    const std::optional<Sighting> made = context.uncommitted_elsewhere(*name, statement);
    if (!made) continue;
    Finding finding = finding_of(context, failure, "uncommitted-in-other-session");
    finding.object = made->effect->object;
    finding.cause = fmt::format(
        "{} runs on a connection of its own and cannot see the {}: {} created it in the migration's "
        "transaction, which is "
        "not committed yet.",
        sender(statement, finding.location), the(*name),
        sender(*made->statement, place_of(context, *made->statement)));
    finding.evidence = {
        exhibit(*made, fmt::format("In session {}, not committed.", made->statement->session)),
        exhibit(statement, "failed", fmt::format("In session {}.", statement.session))};
    finding.evidence.back().location = finding.location;
    finding.fix.summary = "Use the migration's own connection in the revision.";
    finding.fix.steps = {"bind = op.get_bind()",
                         "session = Session(bind=bind)   # instead of SessionLocal() or create_engine(...)"};
    finding.fix.do_not =
        "Do not commit in the middle of the revision to make it visible: a failure afterwards would leave "
        "the database half migrated.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
