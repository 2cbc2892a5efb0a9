// P6, S7: a role that the chain takes for granted. Roles live outside a database: that windlass's
// scratch server lacks it says nothing against the chain, so the verdict is "incomplete".
#include <fmt/core.h>

#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "diagnose/server_error.h"

namespace windlass::diagnose {

void role_missing(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures()) {
    const record::Statement& statement = *failure.statement;
    if (claimed(findings, statement)) continue;
    const std::optional<Name> name = missing_object(*statement.error, failure.reading);
    if (!name || name->kind != "role") continue;
    // A chain that makes the role itself, or dropped it, has its order wrong: the general rule says so.
    if (context.last_drop(*name, statement) ||
        context.planned_later(*name, statement.source.revision, statement.source.location.line))
      continue;
    Finding finding = finding_of(context, failure, "role-missing");
    finding.incomplete = true;
    finding.object = catalog::Object{"role", name->name};
    finding.cause = fmt::format(
        "{} needs the role \"{}\", which no revision creates: the chain expects the server to have it "
        "already.",
        sender(statement, finding.location), name->name);
    finding.evidence = {exhibit(statement, "failed", "")};
    finding.evidence.back().location = finding.location;
    finding.fix.summary =
        fmt::format("Tell windlass to create the role before the chain runs, in windlass.toml.");
    finding.fix.steps = {fmt::format("[scratch]\nroles = [{}]", python_strings({name->name}))};
    finding.fix.do_not =
        "Do not put CREATE ROLE into a revision only to get past this: roles belong to the whole server, and "
        "the second "
        "database on it would fail.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
