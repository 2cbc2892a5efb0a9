// X8: a statement that PostgreSQL refuses inside a transaction block (25001).
#include <fmt/core.h>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "sql/statement_kind.h"

namespace windlass::diagnose {

void needs_no_transaction(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures()) {
    const record::Statement& statement = *failure.statement;
    if (claimed(findings, statement) || statement.error->sqlstate != "25001") continue;
    const std::string kind = sql::statement_kind(statement.text);
    // 25001 is also "SET TRANSACTION ... must be called before any query".
    if (!sql::refuses_transaction(statement.text) && kind != "ALTER TYPE" && kind != "REINDEX" &&
        kind != "DROP SUBSCRIPTION" && kind != "CLUSTER" && kind != "ALTER DATABASE")
      continue;
    Finding finding = finding_of(context, failure, "needs-no-transaction");
    finding.cause = fmt::format(
        "{} sends {}, which PostgreSQL runs only outside a transaction, and Alembic runs every revision "
        "inside one "
        "(transaction_per_migration does not change that).",
        sender(statement, finding.location),
        failure.reading.targets.empty() || !failure.reading.targets.front().concurrently
            ? kind
            : kind + " CONCURRENTLY");
    finding.evidence = {exhibit(statement, "failed", "")};
    finding.evidence.back().location = finding.location;
    finding.fix.summary = "Run it in an autocommit block, in a revision of its own.";
    // Raw SQL is sent again as it is; what an operation made is written as that operation.
    const bool index = (kind == "CREATE INDEX" || kind == "DROP INDEX") && by_itself(statement);
    const std::string again = statement.text.size() <= 200 ? python_strings({base::one_line(statement.text)})
                                                           : std::string("\"...\"");
    finding.fix.steps = {
        "with op.get_context().autocommit_block():",
        index && !failure.reading.targets.empty()
            ? fmt::format("    op.{}({}, ..., postgresql_concurrently=True)",
                          kind == "CREATE INDEX" ? "create_index" : "drop_index",
                          python_strings({failure.reading.targets.front().name}))
            : fmt::format("    op.execute({})", again),
        "The block commits what came before it: keep it alone in its revision, so that a failure leaves "
        "nothing half done."};
    finding.fix.do_not =
        "Do not send COMMIT by hand: Alembic would not know, and the version table would be written outside "
        "the "
        "transaction.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
