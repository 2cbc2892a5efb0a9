// D5: 55006. Rows were changed whose checks wait for the end of the transaction (a deferred foreign key, a
// deferred constraint trigger), and the same transaction then alters the table. One transaction for a whole
// run brings together what two revisions do.
#include <fmt/core.h>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/definition_parts.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "diagnose/server_error.h"
#include "sql/statement_kind.h"
#include "sql/targets.h"

namespace windlass::diagnose {

namespace {

bool changes_rows(const record::Statement& statement) {
  const std::string kind = sql::statement_kind(statement.text);
  return !statement.failed() && statement.rows.value_or(1) != 0 &&
         (kind == "INSERT" || kind == "UPDATE" || kind == "DELETE" || kind == "MERGE" || kind == "COPY" ||
          kind == "DO" || kind == "WITH");
}

bool names_table(const record::Statement& statement, const std::string& table) {
  for (const sql::Target& target : sql::read_targets(statement.text).targets)
    if (target.name == table && target.kind != "column") return true;
  return false;
}

/// The statement whose checks are waiting: the last change of the table's rows, or else of any rows.
const record::Statement* cause_of(const Failure& failure, const std::string& table) {
  const record::Statement *own = nullptr, *any = nullptr;
  for (const record::Statement* earlier : failure.transaction->statements) {
    if (earlier->n >= failure.statement->n) break;
    if (sql::statement_kind(earlier->text) == "SET CONSTRAINTS") own = any = nullptr;
    if (!changes_rows(*earlier) || earlier->source.operation == "version") continue;
    any = earlier;
    if (names_table(*earlier, table)) own = earlier;
  }
  return own != nullptr ? own : any;
}

/// The deferred constraint that waits, as far as the catalog tells: of the table, or one that refers to it.
std::optional<catalog::Object> waiting(const Context& context, const record::Statement& statement,
                                       const std::string& table) {
  std::optional<catalog::Object> refers;
  for (const catalog::Object& object : context.objects_before(statement)) {
    if (object.kind != "constraint") continue;
    const std::string definition = text_part(context.definition_before(object, statement), "definition");
    if (!base::contains(definition, "DEFERRABLE")) continue;
    if (parent_of(object).ends_with("." + table)) return object;
    if (base::contains(definition, table)) refers = object;
  }
  return refers;
}

}  // namespace

void pending_trigger_events(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures()) {
    const record::Statement& statement = *failure.statement;
    if (failure.transaction == nullptr || claimed(findings, statement) ||
        statement.error->sqlstate != "55006" ||
        !base::contains(statement.error->message, "pending trigger events"))
      continue;
    const std::vector<std::string> names = quoted_names(statement.error->message);
    const std::string table = names.empty() ? "" : names.front();
    Finding finding = finding_of(context, failure, "pending-trigger-events");
    if (!table.empty()) finding.object = catalog::Object{"table", table};
    const record::Statement* earlier = cause_of(failure, table);
    const auto constraint = waiting(context, statement, table);
    const std::string check = constraint ? fmt::format("constraint \"{}\" is deferred", constraint->name)
                                         : std::string("a deferred constraint, or a constraint trigger,");
    const std::string who = sender(statement, finding.location);
    const bool other_revision = earlier != nullptr && earlier->source.revision != statement.source.revision;
    const std::string writer = earlier == nullptr ? "" : sender(*earlier, place_of(context, *earlier));
    finding.cause =
        earlier != nullptr
            ? fmt::format(
                  "{} alters table \"{}\" in the transaction in which {} has changed rows whose checks still "
                  "wait: {}{} until COMMIT.",
                  who, table, other_revision ? fmt::format("{} ({})", by_whom(*earlier), writer) : writer,
                  check, constraint ? ", its check waits" : " waits")
            : fmt::format(
                  "{} alters table \"{}\" in a transaction that has changed rows whose checks still wait: "
                  "{}{} until COMMIT.",
                  who, table, check, constraint ? ", its check waits" : " waits");
    if (earlier != nullptr) {
      finding.evidence.push_back(exhibit(
          *earlier, "",
          other_revision ? "Another revision, but one transaction for the whole run holds both." : ""));
    }
    finding.evidence.push_back(exhibit(statement, "failed", ""));
    finding.evidence.back().location = finding.location;
    finding.fix.summary = "Let the checks run before the table is altered.";
    finding.fix.steps = {earlier != nullptr && place_of(context, *earlier).known()
                             ? fmt::format("After the rows are changed {}:", at(place_of(context, *earlier)))
                             : std::string("After the rows are changed:"),
                         "op.execute(\"SET CONSTRAINTS ALL IMMEDIATE\")",
                         "Later changes of rows in the same transaction that count on deferred checks: "
                         "op.execute(\"SET CONSTRAINTS ALL DEFERRED\") after the table is altered."};
    finding.fix.do_not =
        "Do not rely on transaction_per_migration alone: a run configured otherwise fails again. Do not drop "
        "the "
        "foreign key to get past this.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
