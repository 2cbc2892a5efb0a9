// X4: a DO block that catches every error (WHEN OTHERS) met one. No error, no notice, nothing in the server's
// log: what shows is that an object which it was to make is not there, neither after it nor at the end.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"

namespace windlass::diagnose {

namespace {

/// What the catalog shows for certain. Extensions and roles are often meant to be optional.
bool certain(const sql::Target& target) {
  static constexpr std::array<std::string_view, 13> kKinds = {
      "table",    "column",  "index",  "type",   "view", "materialized view", "sequence",
      "function", "trigger", "policy", "schema", "rule", "procedure"};
  return target.action == sql::Action::Create && !target.implied && !target.guarded && !target.or_replace &&
         !target.name.empty() && std::find(kKinds.begin(), kKinds.end(), target.kind) != kKinds.end();
}

bool made_and_taken_away(const Context& context, const Name& name) {
  for (const record::Statement& statement : context.evidence().recording.statements)
    for (const catalog::Effect& effect : statement.effects) {
      const catalog::Object before{effect.object.kind, effect.renamed_from};
      if ((effect.change == catalog::Change::Dropped && matches(effect.object, name)) ||
          (!effect.renamed_from.empty() && matches(before, name)))
        return true;
    }
  return false;
}

/// Nowhere, from the beginning to the end.
bool never_there(const Context& context, const Name& name) {
  const auto& after = context.evidence().after.facts;
  return !context.existed_before_the_run(name) && !made_and_taken_away(context, name) &&
         std::none_of(after.begin(), after.end(),
                      [&](const catalog::Fact& fact) { return matches(fact.object, name); });
}

}  // namespace

void caught_in_a_block(const Context& context, std::vector<Finding>& findings) {
  if (!context.whole_chain_known()) return;
  for (const record::Statement& statement : context.evidence().recording.statements) {
    if (statement.failed() || statement.source.revision.empty()) continue;
    const sql::Reading reading = sql::read_targets(statement.text);
    if (!reading.do_block || reading.branches || !base::contains(reading.caught, "others")) continue;
    const bool optional = std::any_of(
        reading.targets.begin(), reading.targets.end(),
        [](const sql::Target& target) { return target.kind == "extension" || target.kind == "role"; });
    const auto missing = std::find_if(
        reading.targets.begin(), reading.targets.end(),
        [&](const sql::Target& target) { return certain(target) && never_there(context, name_of(target)); });
    if (optional || missing == reading.targets.end()) continue;
    const base::Location place = place_of(context, statement);
    Finding finding = finding_at(context, "caught-in-a-block", statement.source.revision, place);
    finding.severity = Severity::Warning;
    finding.object = catalog::Object{missing->kind, missing->full_name()};
    finding.statement = short_statement(statement);
    finding.statement_number = statement.n;
    finding.cause = fmt::format(
        "{} was to make the {}, which is not there: an error stopped it, and WHEN OTHERS caught it, so that "
        "it shows nowhere.",
        sender(statement, place), the(name_of(*missing)));
    finding.evidence = {exhibit(statement, "skipped", "It ended without an error, and without the object.")};
    finding.fix.summary =
        "See which error it is: take the EXCEPTION part out, and run again. Then mend that, or leave the "
        "statement out.";
    finding.fix.steps = {
        "Where one error is to be borne, catch that by name, and nothing else: WHEN duplicate_column, not "
        "WHEN OTHERS."};
    finding.fix.do_not =
        "Do not put a block like that around what needs the object: it would be missing, too.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
