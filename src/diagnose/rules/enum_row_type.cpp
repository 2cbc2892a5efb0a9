// E8: a column that the source gives an enum type has the row type of a table: a table (or view) and an enum
// have one name, and checkfirst and create_type=False are content with any type of that name.
#include <fmt/core.h>

#include <set>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/enum_uses.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"

namespace windlass::diagnose {

namespace {

/// The table or view whose row type the column has; nullptr where its type is a type.
const catalog::Fact* row_of(const Context& context, const DeclaredEnum& declared) {
  const catalog::Fact* row = nullptr;
  for (const catalog::Fact& fact : context.evidence().after.facts) {
    if (!is_called(fact.object, declared.column_type)) continue;
    const std::string& kind = fact.object.kind;
    if (kind == "type") return nullptr;
    if (kind == "table" || kind == "view" || kind == "materialized view" || kind == "foreign table")
      row = &fact;
  }
  return row;
}

}  // namespace

void enum_row_type(const Context& context, std::vector<Finding>& findings) {
  if (!context.whole_chain_known()) return;
  std::set<std::string> told;
  for (const DeclaredEnum& declared : declared_enums(context)) {
    if (declared.how != "column" || !still_has_type(context, declared)) continue;
    const catalog::Fact* row = row_of(context, declared);
    if (row == nullptr || !told.insert(declared.column).second) continue;
    Finding finding = finding_at(context, "enum-is-a-row-type", declared.revision, declared.at);
    finding.object = catalog::Object{"column", declared.column};
    finding.statement = short_statement(*declared.statement);
    finding.cause = fmt::format(
        "{} means column \"{}\" to be of the enum \"{}\", but it has the row type of the {} \"{}\", which "
        "has the "
        "same name: no label can be stored in it (22P02, \"malformed record literal\").",
        sender(*declared.statement, declared.at), declared.column, declared.name.name, row->object.kind,
        row->object.name);
    if (const auto made = context.maker(row->object))
      finding.evidence.push_back(
          exhibit(*made, fmt::format("Every {} has a row type of its own name.", row->object.kind)));
    finding.evidence.push_back(exhibit(*declared.statement, "created",
                                       "The enum was never created: checkfirst takes any type of the name, "
                                       "and create_type=False none at all."));
    finding.fix.summary = "Give the enum another name, and create it before the column.";
    finding.fix.steps = {
        "The column cannot be converted: drop it, and add it with the enum, while it holds no rows.",
        "The application's model must use the new name, too."};
    finding.fix.do_not = "Do not rename the table to make room where other statements use its name.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
