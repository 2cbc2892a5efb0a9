// E8, where it fails: a value is refused with "malformed record literal" because the column that was to be of
// an enum has the row type of a table of the same name. enum_row_type tells of it where no statement has
// failed yet.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/definition_parts.h"
#include "diagnose/enum_uses.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"

namespace windlass::diagnose {

namespace {

struct RowColumn {
  catalog::Object column, row;
};

bool has_rows(std::string_view kind) {
  return kind == "table" || kind == "view" || kind == "materialized view" || kind == "foreign table";
}

/// The one column of the statement's tables that has the row type of a table for which the project writes an
/// enum of that name; nothing where there is none, or where it may be one of several.
std::optional<RowColumn> row_column(const Context& context, const Failure& failure) {
  const record::Statement& statement = *failure.statement;
  std::optional<RowColumn> found;
  const auto& enums = context.evidence().enums;
  const auto columns = context.objects_before(statement, [&](const catalog::Object& each) {
    return each.kind == "column" &&
           std::any_of(failure.reading.targets.begin(), failure.reading.targets.end(),
                       [&](const sql::Target& target) {
                         return target.kind == "table" && matches({"table", parent_of(each)},
                                                                  {"table", target.schema, "", target.name});
                       });
  });
  const auto rows = context.objects_before(statement, [&](const catalog::Object& each) {
    return has_rows(each.kind) && std::any_of(enums.begin(), enums.end(), [&](const run::EnumSeen& seen) {
             return seen.name == last_part(each);
           });
  });
  for (const catalog::Object& column : columns)
    for (const catalog::Object& row : rows) {
      if (!is_called(row, text_part(context.definition_before(column, statement), "type"))) continue;
      if (found) return std::nullopt;
      found = RowColumn{column, row};
    }
  return found;
}

}  // namespace

void row_type_refused(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures()) {
    const record::ServerMessage& error = *failure.statement->error;
    if (claimed(findings, *failure.statement) || error.sqlstate != "22P02" ||
        !base::contains(error.message, "malformed record literal"))
      continue;
    const auto found = row_column(context, failure);
    if (!found) continue;
    Finding finding = finding_of(context, failure, "enum-is-a-row-type");
    finding.object = found->column;
    finding.cause = fmt::format(
        "{} gives {} a label, but the column has the row type of the {} \"{}\", and not the enum of that "
        "name, which "
        "was never created.",
        sender(*failure.statement, finding.location), the(found->column), found->row.kind, found->row.name);
    const Name row{found->row.kind, parent_of(found->row), "", last_part(found->row)};
    if (const auto table = context.present(row, *failure.statement))
      finding.evidence.push_back(
          exhibit(*table, fmt::format("Every {} has a row type of its own name.", found->row.kind)));
    const auto made = context.changes_before(*failure.statement, [&](const catalog::Effect& effect) {
      return effect.object == found->column && effect.change == catalog::Change::Created;
    });
    if (!made.empty())
      finding.evidence.push_back(exhibit(made.back(),
                                         "Gave the column that row type: checkfirst takes any type of the "
                                         "name, and create_type=False asks for none at all."));
    finding.evidence.push_back(exhibit(*failure.statement, "failed", error.detail));
    finding.evidence.back().location = finding.location;
    finding.fix.summary = "Give the enum another name, and create it before the column.";
    finding.fix.steps = {"The application's model must use the new name, too."};
    finding.fix.do_not = "Do not rename the table to make room where other statements use its name.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
