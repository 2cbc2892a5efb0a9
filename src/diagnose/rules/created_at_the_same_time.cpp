// X13: two sessions made (or granted on) one object at the same time. Each looked before the other had
// committed, so neither saw it; the server's own catalogs refuse the second: 23505 on a pg_ index, or XX000
// "tuple concurrently updated". IF NOT EXISTS is no help: it looks in the same way.
#include <fmt/core.h>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "diagnose/server_error.h"

namespace windlass::diagnose {

namespace {

bool catalog_refused(const record::ServerMessage& error) {
  if (error.sqlstate == "XX000") return error.message.starts_with("tuple concurrently ");
  // A catalog has no rows of a user's: what is there already was put there by another session's command.
  return error.sqlstate == "23505" && error.schema == "pg_catalog";
}

/// What the other session did to the same object; or, where the object is not known, last of all. Of a table
/// the server may name the row type.
std::optional<Sighting> other_side(const Context& context, const record::Statement& refused,
                                   const std::optional<Name>& name) {
  std::optional<Sighting> found;
  for (const record::Statement& statement : context.evidence().recording.statements) {
    if (statement.n >= refused.n || statement.session == refused.session || statement.failed()) continue;
    for (const catalog::Effect& effect : statement.effects)
      if (!name || matches(effect.object, *name)) found = Sighting{&statement, &effect};
  }
  return found;
}

}  // namespace

void created_at_the_same_time(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures()) {
    const record::Statement& statement = *failure.statement;
    if (claimed(findings, statement) || !catalog_refused(*statement.error)) continue;
    const std::optional<Name> name = existing_object(*statement.error, failure.reading);
    Finding finding = finding_of(context, failure, "created-at-the-same-time");
    const std::optional<Sighting> other = other_side(context, statement, name);
    if (other && name)
      finding.object = other->effect->object;
    else if (name)
      finding.object = catalog::Object{name->kind, name->text()};
    finding.cause = fmt::format(
        "Two sessions changed {} at the same time: {}{}. Each looked before the other had committed, and the "
        "one that came second was refused by the server's own catalog.",
        finding.object ? "the " + the(*finding.object) : std::string("one object"),
        sender(statement, finding.location),
        !other ? std::string(" and one that was not recorded")
               : fmt::format(" in session {}, {} in session {}", statement.session,
                             sender(*other->statement, place_of(context, *other->statement)),
                             other->statement->session));
    if (other)
      finding.evidence.push_back(exhibit(*other, fmt::format("In session {}.", other->statement->session)));
    finding.evidence.push_back(
        exhibit(statement, "failed", fmt::format("In session {}.", statement.session)));
    finding.evidence.back().location = finding.location;
    finding.fix.summary = "Let one session at a time change the schema.";
    finding.fix.steps = {
        "Where several workers each migrate when they start, migrate once before they do. Else take a lock "
        "that is given back with the transaction, as the first statement of each of the two:",
        "connection.execute(sa.text(\"SELECT pg_advisory_xact_lock(7001)\"))",
        "The number is free to choose, the same in both."};
    finding.fix.do_not =
        "Do not write IF NOT EXISTS to get past it: two that look at the same time both find nothing.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
