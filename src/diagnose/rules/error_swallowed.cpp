// X1: an error inside a transaction was caught by the project and the transaction used on. PostgreSQL
// refuses everything after it with 25P02, or answers COMMIT with ROLLBACK: the tool then reports the
// consequence, or nothing at all. The root is the first error; this finding follows from it.
#include <fmt/core.h>

#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"

namespace windlass::diagnose {

void error_swallowed(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures()) {
    if (!failure.swallowed) continue;
    const record::Statement& first = *failure.statement;
    const base::Location place = place_of(context, first);
    Finding finding = finding_of(context, failure, "error-swallowed");
    finding.statement_number = 0;
    for (const Finding& root : findings)
      if (root.statement_number == first.n && !finding.follows_from) finding.follows_from = root.id;
    const record::Statement* symptom = failure.symptom;
    if (symptom != nullptr) {
      finding.sqlstate = symptom->error->sqlstate;
      finding.message = symptom->error->message;
      finding.statement = short_statement(*symptom);
      finding.cause = fmt::format(
          "The error of {} was caught in Python and the transaction used on: PostgreSQL refuses every "
          "statement after "
          "the first error of a transaction, so what is reported ({}) is not the cause.",
          sender(first, place), sender(*symptom, place_of(context, *symptom)));
      finding.evidence = {exhibit(first, "failed", fmt::format("The first error: {}.", first.error->message)),
                          exhibit(*symptom, "failed", "What was reported instead.")};
    } else {
      finding.cause = fmt::format(
          "The error of {} was caught in Python, and COMMIT was answered with ROLLBACK: everything the "
          "transaction had "
          "done is gone, without an error.",
          sender(first, place));
      finding.evidence = {
          exhibit(first, "failed", fmt::format("The first error: {}.", first.error->message))};
      if (!failure.transaction->statements.empty())
        finding.evidence.push_back(
            exhibit(*failure.transaction->statements.back(), "rolled-back", "COMMIT answered ROLLBACK."));
    }
    finding.fix.summary = "Mend the first error; then take the try/except away, or give it a savepoint.";
    finding.fix.steps = {"If the statement may really fail, let it fail alone:",
                         "with op.get_bind().begin_nested():\n    op.execute(...)",
                         "Catch the exception outside that block."};
    finding.fix.do_not =
        "Do not catch exceptions around op.* without a savepoint: in PostgreSQL the transaction is lost.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
