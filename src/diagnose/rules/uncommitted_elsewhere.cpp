// X5: a revision opens a connection of its own; what the migration's transaction has created is not
// committed yet, so the other session does not see it.
#include <fmt/core.h>

#include "diagnose/compose.h"
#include "diagnose/reflection.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "diagnose/server_error.h"

namespace windlass::diagnose {

namespace {

constexpr const char* kDoNot =
    "Do not commit in the middle of the revision to make it visible: a failure afterwards would leave "
    "the database half migrated.";

/// The statement that the revision sent last; nullptr where it sent none.
const record::Statement* last_of(const Context& context, const std::string& revision) {
  const record::Statement* last = nullptr;
  for (const record::Statement& statement : context.evidence().recording.statements)
    if (statement.source.revision == revision && !context.is_version_statement(statement)) last = &statement;
  return last;
}

/// Reflection that asks on a connection of its own: the server answers that there is no such table, and it is
/// SQLAlchemy that raises.
void reflected_elsewhere(const Context& context, std::vector<Finding>& findings) {
  const auto& exception = context.evidence().exception;
  if (!exception || exception->phase != "revision" || !context.failures().empty() || has_root(findings))
    return;
  const auto error = missing_table(*exception);
  const record::Statement* asked = error ? last_of(context, exception->revision) : nullptr;
  if (asked == nullptr || context.keeps_versions(asked->session)) return;
  const std::optional<Name> name = missing_object(*error, {});
  if (!name || context.present(*name, *asked)) return;
  const std::optional<Sighting> made = context.uncommitted_elsewhere(*name, *asked);
  if (!made) return;
  const base::Location place = place_of(context, *asked);
  Finding finding = finding_at(context, "uncommitted-in-other-session", exception->revision, place);
  finding.object = made->effect->object;
  finding.message = run::to_string(*exception);
  finding.statement = short_statement(*asked);
  finding.cause = fmt::format(
      "The revision inspects {} on a connection of its own{}, which cannot see it: {} created it in the "
      "migration's transaction, which is not committed yet.",
      the(made->effect->object), place.known() ? " (" + base::to_string(place) + ")" : "",
      sender(*made->statement, place_of(context, *made->statement)));
  finding.evidence = {exhibit(*made, fmt::format("In session {}, not committed.", made->statement->session)),
                      exhibit(*asked, "failed",
                              fmt::format("In session {}: no such table is found, and {} is raised.",
                                          asked->session, exception->type))};
  finding.evidence.back().location = place;
  finding.fix.summary = "Use the migration's own connection in the revision.";
  finding.fix.steps = {
      "inspector = sa.inspect(op.get_bind())   # instead of op.get_bind().engine, or an engine of its own",
      "An engine opens a further connection each time; op.get_bind() is the one that the migration uses."};
  finding.fix.do_not = kDoNot;
  findings.push_back(std::move(finding));
}

}  // namespace

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
    finding.fix.do_not = kDoNot;
    findings.push_back(std::move(finding));
  }
  reflected_elsewhere(context, findings);
}

}  // namespace windlass::diagnose
