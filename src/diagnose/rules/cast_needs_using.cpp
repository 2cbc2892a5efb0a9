// E11: ALTER COLUMN ... TYPE to a type with no automatic cast: no USING, a default that cannot be cast,
// or rows that do not fit.
#include <fmt/core.h>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/label_wanted.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"

namespace windlass::diagnose {

void cast_needs_using(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures()) {
    const record::Statement& statement = *failure.statement;
    const std::string& state = statement.error->sqlstate;
    if (claimed(findings, statement) || (state != "42804" && state != "22P02" && state != "42846")) continue;
    const sql::Target* column = nullptr;
    for (const sql::Target& target : failure.reading.targets)
      if (target.kind == "column" && target.action == sql::Action::Alter && !target.type.empty())
        column = &target;
    if (column == nullptr) continue;
    const bool by_default = state != "22P02" && base::contains(statement.error->message, "default");
    const auto wanted = label_wanted(context, failure);
    const std::string type =
        column->type_schema.empty() ? column->type : column->type_schema + "." + column->type;
    // A type with a modifier or of several words is no name to quote.
    const bool is_name = column->type.find_first_of(" ([") == std::string::npos;
    const std::string type_in_sql = !column->type_schema.empty() || is_name
                                        ? sql_name({column->type_schema, column->type})
                                        : column->type;
    Finding finding = finding_of(context, failure, "cast-needs-using");
    const Name name = name_of(*column);
    finding.object = catalog::Object{"column", name.text()};
    const std::string who = sender(statement, finding.location);
    if (by_default)
      finding.cause = fmt::format(
          "{} changes column \"{}\" to {}, but the column's default cannot be cast to it by itself.", who,
          name.text(), type);
    else if (state == "22P02")
      finding.cause =
          fmt::format("{} changes column \"{}\" to {}, but a row holds a value that {} does not know: {}{}.",
                      who, name.text(), type, type, base::one_line(statement.error->message),
                      wanted ? "; " + labels_in_words(*wanted) : "");
    else
      finding.cause = fmt::format(
          "{} changes column \"{}\" to {} without saying how to convert it: PostgreSQL has no automatic "
          "cast, USING is needed.",
          who, name.text(), type);
    finding.evidence = {exhibit(statement, "failed", statement.error->hint)};
    finding.evidence.back().location = finding.location;
    const std::string table = python_strings({column->table}), own = python_strings({column->name});
    const std::string schema = column->table_schema.empty()
                                   ? ""
                                   : fmt::format(", schema={}", python_strings({column->table_schema}));
    const std::string change =
        fmt::format("op.alter_column({}, {}, type_=..., postgresql_using={}{})", table, own,
                    python_strings({sql_name({column->name}) + "::" + type_in_sql}), schema);
    if (by_default) {
      finding.fix.summary = "Take the default away, change the type, set the default again.";
      finding.fix.steps = {fmt::format("op.alter_column({}, {}, server_default=None{})", table, own, schema),
                           change,
                           fmt::format("op.alter_column({}, {}, server_default=...{})", table, own, schema)};
    } else if (state == "22P02") {
      finding.fix.summary = "Bring the rows in order first, then change the type.";
      const std::string nearest = wanted ? nearest_label(*wanted) : "";
      if (!nearest.empty())
        finding.fix.steps = {fmt::format("The nearest label to \"{}\" is \"{}\".", wanted->label, nearest)};
      const std::string value =
          wanted ? fmt::format("= '{}'", base::replace_all(wanted->label, "'", "''")) : std::string("...");
      finding.fix.steps.push_back(fmt::format(
          "op.execute({})", python_strings({fmt::format("UPDATE {0} SET {1} = ... WHERE {1} {2}",
                                                        sql_name({column->table_schema, column->table}),
                                                        sql_name({column->name}), value)})));
      finding.fix.steps.push_back(change);
    } else {
      finding.fix.summary = "Say how to convert the values: postgresql_using.";
      finding.fix.steps = {change};
    }
    finding.fix.do_not = "Do not drop the column and add it anew: its data would be gone.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
