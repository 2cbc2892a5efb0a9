// E6: a label added to an enum is used in the transaction that added it (55P04).
#include <fmt/core.h>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "diagnose/server_error.h"

namespace windlass::diagnose {

void new_enum_label(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures()) {
    const record::Statement& statement = *failure.statement;
    if (claimed(findings, statement) || statement.error->sqlstate != "55P04") continue;
    const std::vector<std::string> names = quoted_names(statement.error->message);
    const std::string label = names.empty() ? "" : names[0];
    // The server writes the type as SQL does: in quotes only where it needs them.
    std::string type = names.size() < 2 ? "" : names[1];
    const record::Statement* adding = nullptr;
    std::string type_in_sql = sql_name({type});
    for (const record::Statement* earlier : failure.transaction->statements) {
      if (earlier->n >= statement.n || earlier->failed()) continue;
      for (const sql::Target& target : sql::read_targets(earlier->text).targets)
        if (target.kind == "label" && (label.empty() || target.name == label)) {
          adding = earlier;
          type_in_sql = sql_name({target.table_schema, target.table});
          type = name_of(target).table;
        }
    }
    Finding finding = finding_of(context, failure, "new-enum-label-in-same-transaction");
    if (!type.empty()) finding.object = catalog::Object{"type", type};
    const std::string who = sender(statement, finding.location);
    finding.cause = adding != nullptr ? fmt::format(
                                            "{} uses the label \"{}\" of type \"{}\" in the very transaction "
                                            "in which {} adds it; PostgreSQL allows "
                                            "that only after a commit.",
                                            who, label, type, sender(*adding, place_of(context, *adding)))
                                      : fmt::format(
                                            "{} uses the label \"{}\" of type \"{}\", which was added in the "
                                            "same transaction; PostgreSQL allows "
                                            "that only after a commit.",
                                            who, label, type);
    if (adding != nullptr) {
      const bool other = adding->source.revision != statement.source.revision;
      finding.evidence.push_back(
          exhibit(*adding, "altered",
                  other ? "Another revision, but one transaction for the whole run holds both." : ""));
      if (place_of(context, *adding).known()) {
        finding.location = place_of(context, *adding);
        finding.revision = adding->source.revision;
        finding.statement = short_statement(*adding);
      }
    }
    finding.evidence.push_back(exhibit(statement, "failed", ""));
    finding.fix.summary =
        "Add the label in an autocommit block, in a revision of its own before the one that uses it.";
    finding.fix.steps = {
        "with op.get_context().autocommit_block():",
        fmt::format("    op.execute({})",
                    python_strings({fmt::format("ALTER TYPE {} ADD VALUE IF NOT EXISTS '{}'", type_in_sql,
                                                base::replace_all(label, "'", "''"))}))};
    finding.fix.do_not =
        "Do not rely on transaction_per_migration alone: a run configured otherwise fails again.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
