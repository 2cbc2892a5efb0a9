// E5: a revision creates an enum type and its downgrade drops the table but not the type: downgrade and
// upgrade again fails with "already exists". Read from the source, not run: silent wherever in doubt.
#include <fmt/core.h>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/enum_fix.h"
#include "diagnose/rules.h"
#include "sql/statement_kind.h"

namespace windlass::diagnose {

namespace {

/// Nothing but operations that are known not to drop a type: drop_table, drop_column, drop_index, ...
bool surely_leaves_types(const std::string& downgrade) {
  const std::string text = base::to_lower(downgrade);
  for (const std::string_view doubt :
       {"drop type", ".drop(", "execute", "enum", "drop_all", "import ", "for ", "exec", "cascade"})
    if (base::contains(text, doubt)) return false;
  if (!base::contains(text, "op.drop_table(")) return false;
  // Every call must be one of an operation or of a column's parts; a helper may do anything.
  for (size_t at = text.find('('); at != std::string::npos; at = text.find('(', at + 1)) {
    size_t start = at;
    while (start > 0 && (std::isalnum(static_cast<unsigned char>(text[start - 1])) != 0 ||
                         text[start - 1] == '_' || text[start - 1] == '.'))
      --start;
    const std::string_view call = std::string_view(text).substr(start, at - start);
    if (!call.empty() && !call.starts_with("op.") && !call.starts_with("batch_op.") &&
        !call.starts_with("sa.") && call != "downgrade")
      return false;
  }
  return true;
}

}  // namespace

void type_left_by_downgrade(const Context& context, std::vector<Finding>& findings) {
  if (!context.ended_well()) return;
  for (const record::Statement& statement : context.evidence().recording.statements) {
    // Sent without a test of its own: a checked or guarded creation would pass the second time.
    if (statement.failed() || statement.source.emitted == "checked" ||
        sql::statement_kind(statement.text) != "CREATE TYPE")
      continue;
    const chain::Revision* revision = context.revision(statement.source.revision);
    if (revision == nullptr) continue;
    for (const catalog::Effect& effect : statement.effects) {
      if (effect.object.kind != "type" || effect.change != catalog::Change::Created || effect.rolled_back)
        continue;
      const std::string downgrade = function_text(context.file_text(revision->file), "downgrade");
      const std::string name = last_part(effect.object);
      if (downgrade.empty() || base::contains(downgrade, name) || !surely_leaves_types(downgrade)) continue;
      Finding finding =
          finding_at(context, "type-left-by-downgrade", revision->id, statement.source.location);
      finding.severity = Severity::Info;
      finding.certainty = Certainty::Static;
      finding.root = false;
      finding.object = effect.object;
      finding.statement = short_statement(statement);
      finding.cause = fmt::format(
          "Revision {} creates the type \"{}\" and its downgrade leaves it behind: after a downgrade, the "
          "upgrade fails because the "
          "type is there (op.drop_table never drops a type).",
          revision->id, name);
      finding.evidence = {exhibit(statement, "created", "Sent without a test whether the type is there.")};
      finding.fix.summary = "Drop the type in downgrade(), after the table.";
      finding.fix.steps = {fmt::format("op.execute('DROP TYPE \"{}\"')", name)};
      finding.fix.do_not = "Do not add CASCADE: a column elsewhere that uses the type would go with it.";
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace windlass::diagnose
