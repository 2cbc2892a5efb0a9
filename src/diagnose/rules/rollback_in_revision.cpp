// X9: a revision sends ROLLBACK itself. In one transaction for the whole run that undoes every revision
// before it, the version table included; what follows finds nothing.
#include <fmt/core.h>

#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "diagnose/server_error.h"
#include "sql/statement_kind.h"

namespace windlass::diagnose {

void rollback_in_revision(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures()) {
    const record::Statement& statement = *failure.statement;
    if (claimed(findings, statement)) continue;
    const std::optional<Name> name = missing_object(*statement.error, failure.reading);
    if (!name || context.present(*name, statement)) continue;
    // What is missing was made in a transaction that a revision's own ROLLBACK undid.
    const record::Statement* rollback = nullptr;
    std::optional<Sighting> undone;
    const record::Statement* caught = nullptr;
    for (const Transaction& transaction : context.transactions()) {
      if (transaction.session != statement.session || transaction.committed || transaction.ended_at == 0 ||
          transaction.ended_at >= statement.n)
        continue;
      const record::Statement* last = transaction.statements.back();
      if (sql::statement_kind(last->text) != "ROLLBACK") continue;
      // A rollback() of the driver's bears no place of its own: the statement before it tells whose it was.
      if (last->source.revision.empty()) {
        if (transaction.statements.size() < 2) continue;
        last = transaction.statements[transaction.statements.size() - 2];
        if (last->source.revision.empty() || context.is_version_statement(*last)) continue;
      }
      for (const record::Statement* made : transaction.statements)
        for (const catalog::Effect& effect : made->effects)
          if (effect.change == catalog::Change::Created && matches(effect.object, *name)) {
            undone = Sighting{made, &effect};
            rollback = last;
            caught = transaction.error;
          }
    }
    if (rollback == nullptr) continue;
    Finding finding = finding_of(context, failure, "rollback-in-revision");
    finding.object = undone->effect->object;
    finding.revision = rollback->source.revision;
    finding.location = place_of(context, *rollback);
    finding.statement = short_statement(*rollback);
    finding.cause = fmt::format(
        "Revision {} rolls back by itself ({}{}): that undoes everything since the last commit, the {} among "
        "it, and {} then "
        "fails.",
        finding.revision, sql::statement_kind(rollback->text) == "ROLLBACK" ? "" : "after ",
        base::to_string(finding.location), the(*name), sender(statement, place_of(context, statement)));
    finding.evidence = {exhibit(*undone, "Undone by the ROLLBACK.")};
    if (caught != nullptr)
      finding.evidence.push_back(
          exhibit(*caught, "failed", fmt::format("Caught before the ROLLBACK: {}.", caught->error->message)));
    if (rollback != caught) finding.evidence.push_back(exhibit(*rollback, "rolled-back", ""));
    finding.evidence.push_back(exhibit(statement, "failed", ""));
    finding.fix.summary = "Take the ROLLBACK out; to undo a part, use a savepoint.";
    finding.fix.steps = {"with op.get_bind().begin_nested():\n    ..."};
    if (caught != nullptr)
      finding.fix.steps.insert(finding.fix.steps.begin(),
                               fmt::format("Mend the statement {} that fails, or let it fail alone:",
                                           at(place_of(context, *caught))));
    finding.fix.do_not =
        "Do not send COMMIT instead: a later failure would leave the database half migrated.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
