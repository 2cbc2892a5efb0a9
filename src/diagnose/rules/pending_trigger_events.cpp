// D5: a table is altered while rows of it that were written in the same transaction still have checks
// pending: a deferred constraint, or a constraint trigger.
#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "diagnose/server_error.h"
#include "sql/statement_kind.h"
#include "sql/tokens.h"

namespace windlass::diagnose {

namespace {

bool names(const record::Statement& statement, const std::string& name) {
  const auto words = sql::tokens(statement.text, 5000);
  return std::any_of(words.begin(), words.end(),
                     [&](const sql::Token& token) { return token.name() && token.text == name; });
}

bool writes(const record::Statement& statement) {
  if (statement.failed() || statement.rows.value_or(1) == 0) return false;
  const std::string kind = sql::statement_kind(statement.text);
  // A DO block, and a SELECT of a function, may write.
  return kind == "DO" || (sql::is_data_statement(statement.text) && kind != "SELECT");
}

/// The statements of the transaction before the failing one that may have left checks pending: those that
/// name the table; where none does (a cascade, a trigger), all that wrote.
std::vector<const record::Statement*> culprits(const Context& context, const Failure& failure,
                                               const std::string& table) {
  std::vector<const record::Statement*> all, naming;
  for (const record::Statement* statement : failure.transaction->statements) {
    if (statement->n >= failure.statement->n) break;
    if (!writes(*statement) || context.is_version_statement(*statement)) continue;
    all.push_back(statement);
    if (names(*statement, table)) naming.push_back(statement);
  }
  return naming.empty() ? all : naming;
}

}  // namespace

void pending_trigger_events(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures()) {
    const record::Statement& statement = *failure.statement;
    if (claimed(findings, statement) || statement.error->sqlstate != "55006" ||
        failure.transaction == nullptr || !base::contains(statement.error->message, "pending trigger events"))
      continue;
    const std::vector<std::string> quoted = quoted_names(statement.error->message);
    const std::string table = quoted.empty() ? "" : quoted.back();
    const auto before = culprits(context, failure, table);
    Finding finding = finding_of(context, failure, "pending-trigger-events");
    const record::Statement* last = before.empty() ? nullptr : before.back();
    const bool other_revision = last != nullptr && last->source.revision != statement.source.revision;
    finding.cause = fmt::format(
        "{} changes table \"{}\" while rows of it that {} wrote earlier in the same transaction still have a "
        "deferred "
        "check pending: PostgreSQL refuses that.",
        sender(statement, finding.location), table,
        last == nullptr ? "something"
                        : fmt::format("{} ({})", by_whom(*last), sender(*last, place_of(context, *last))));
    constexpr size_t kShown = 3;
    for (size_t i = before.size() > kShown ? before.size() - kShown : 0; i < before.size(); ++i)
      finding.evidence.push_back(exhibit(*before[i], "", "Wrote rows in this transaction."));
    finding.evidence.push_back(exhibit(statement, "failed", base::one_line(statement.error->message)));
    finding.evidence.back().location = finding.location;
    finding.fix.summary = "Have the checks done before the table is changed.";
    finding.fix.steps = {
        "After the statement that writes the rows:\nop.execute(\"SET CONSTRAINTS ALL IMMEDIATE\")"};
    if (other_revision)
      finding.fix.steps.push_back(
          "Or let each revision have a transaction of its own, so that the checks are done before the next "
          "begins. In "
          "env.py:\ncontext.configure(..., transaction_per_migration=True)");
    else
      finding.fix.steps.push_back(
          "Or write the rows in one revision and change the table in the next, with "
          "transaction_per_migration=True in "
          "env.py.");
    finding.fix.do_not =
        "Do not drop the constraint or disable its trigger instead: rows that break it would stay.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
