// D1: a revision uses the application's models as they are today; a column or table they know is only
// created by a later revision.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "diagnose/server_error.h"
#include "sql/statement_kind.h"

namespace windlass::diagnose {

namespace {

/// The statement was written by the ORM or by the application's code, not by the revision's text.
bool from_models(const Context& context, const record::Statement& statement) {
  // "users.id AS users_id" is how SQLAlchemy labels the columns of a mapped class.
  const std::string text = base::one_line(statement.text);
  for (size_t at = text.find(" AS "); at != std::string::npos; at = text.find(" AS ", at + 4)) {
    const size_t start = text.find_last_of(" (,", at - 1) + 1;
    const std::string column = text.substr(start, at - start);
    const size_t end = std::min(text.find_first_of(" ,)", at + 4), text.size());
    if (base::contains(column, ".") &&
        base::replace_all(column, ".", "_") == text.substr(at + 4, end - at - 4))
      return true;
  }
  if (!context.exception_is(statement)) return false;
  const auto& exception = context.evidence().exception;
  for (const run::Frame& frame : exception->frames) {
    if (base::contains(frame.location.file, "sqlalchemy/orm/")) return true;
  }
  return false;
}

/// A frame or place of the application itself, to show where the models come from.
base::Location application_place(const Context& context) {
  base::Location place;
  const auto& exception = context.evidence().exception;
  if (!exception) return place;
  for (const run::Frame& frame : exception->frames) {
    const bool is_revision =
        std::any_of(context.evidence().chain.revisions.begin(), context.evidence().chain.revisions.end(),
                    [&](const chain::Revision& revision) { return revision.file == frame.location.file; });
    if (frame.in_project && !is_revision && !base::contains(frame.location.file, "env.py"))
      place = frame.location;
  }
  return place;
}

}  // namespace

void model_from_the_future(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures()) {
    const record::Statement& statement = *failure.statement;
    if (claimed(findings, statement)) continue;
    const std::string& state = statement.error->sqlstate;
    if ((state != "42703" && state != "42P01") || !sql::is_data_statement(statement.text)) continue;
    if (statement.source.operation == "execute" || statement.source.operation.starts_with("op.") ||
        !from_models(context, statement))
      continue;
    const std::optional<Name> name = missing_object(*statement.error, failure.reading);
    if (!name || context.present(*name, statement)) continue;
    const auto plan = context.planned_later(*name, statement.source.revision, statement.source.location.line);
    const base::Location application = application_place(context);
    // Without a later creator, only the application's own frame tells a model from the revision's own query.
    if (!plan && !application.known()) continue;
    Finding finding = finding_of(context, failure, "model-from-the-future");
    finding.object = catalog::Object{name->kind, name->text()};
    finding.cause = fmt::format(
        "{} uses the application's models as they are today: they know the {}, which {}.",
        sender(statement, finding.location), the(*name),
        plan ? fmt::format("only revision {} creates ({})", plan->revision, base::to_string(plan->location))
             : std::string("does not exist at this point of the chain"));
    finding.evidence = {exhibit(statement, "failed", "Written by SQLAlchemy's ORM from a model.")};
    finding.evidence.back().location = finding.location;
    if (plan)
      finding.evidence.push_back({plan->revision, plan->location, "", "", "Creates it, later in the chain."});
    if (application.known())
      finding.evidence.push_back({"", application, "", "", "The application's code that was called."});
    finding.fix.summary = "Describe in the revision itself the few columns it needs; import no model.";
    const std::string table = !name->table.empty()     ? name->table
                              : name->kind == "column" ? "..."
                                                       : name->name;
    finding.fix.steps = {fmt::format("{} = sa.table({}, sa.column(\"id\"), sa.column(\"...\"))",
                                     table == "..." ? "rows" : table, python_strings({table})),
                         "bind = op.get_bind()",
                         "bind.execute(sa.select(...)), bind.execute(....update()...)"};
    finding.fix.do_not =
        "Do not move the column into the earlier revision: databases that have passed it would never get it.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
