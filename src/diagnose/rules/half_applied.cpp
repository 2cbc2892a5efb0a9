// X2: a revision committed a part of its work before it failed. What is left behind is in no version
// table: the next run starts the revision anew and finds its own remains.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/remains.h"
#include "diagnose/rules.h"
#include "sql/statement_kind.h"
#include "sql/targets.h"

namespace windlass::diagnose {

namespace {

/// CREATE INDEX CONCURRENTLY that failed in the middle leaves an index that nothing uses.
std::optional<catalog::Object> invalid_index(const record::Statement& statement) {
  if (!statement.failed() || statement.error->sqlstate == "42P07" || statement.status_after != 'I')
    return std::nullopt;
  for (const sql::Target& target : sql::read_targets(statement.text).targets)
    if (target.action == sql::Action::Create && target.kind == "index" && target.concurrently &&
        !target.name.empty() && statement.error->sqlstate.starts_with("23"))
      return catalog::Object{"index",
                             (target.table_schema.empty() ? "" : target.table_schema + ".") + target.name};
  return std::nullopt;
}

/// What one statement of the revision left in the database for good.
Remains remains_of(const Context& context, const record::Statement& statement) {
  Remains remains;
  if (const auto index = invalid_index(statement)) {
    remains.created.push_back(*index);
    remains.words.push_back(fmt::format("invalid {}", the(*index)));
    return remains;
  }
  if (statement.failed() || statement.skipped) return remains;
  const Transaction* transaction = context.transaction_of(statement);
  if (transaction == nullptr || !transaction->committed) return remains;
  for (const catalog::Effect& effect : statement.effects) {
    if (effect.rolled_back) continue;
    remains.words.push_back(fmt::format("{} {}", catalog::to_string(effect.change), the(effect.object)));
    if (effect.change == catalog::Change::Created) remains.created.push_back(effect.object);
    if (effect.change == catalog::Change::Dropped) remains.dropped.push_back(effect.object);
    if (effect.change == catalog::Change::Altered) remains.other = true;
  }
  if (sql::is_data_statement(statement.text) && statement.rows.value_or(0) > 0 &&
      !statement.tag.starts_with("SELECT")) {
    remains.words.push_back(fmt::format("{} of {}",
                                        base::count_of(static_cast<size_t>(*statement.rows), "row"),
                                        statement.tag.substr(0, statement.tag.find(' '))));
    remains.other = true;
  }
  return remains;
}

}  // namespace

void half_applied(const Context& context, std::vector<Finding>& findings) {
  if (context.tool_succeeded()) return;
  const Finding* root = nullptr;
  for (const Finding& finding : findings)
    if (finding.root && !finding.revision.empty() && finding.severity == Severity::Error && root == nullptr)
      root = &finding;
  if (root == nullptr) return;
  // The revision that was being applied, which need not be the one at fault.
  std::string revision = root->revision;
  for (const run::Step& step : context.evidence().steps)
    if (!step.finished && step.direction == "upgrade") revision = step.revision;
  std::vector<Exhibit> left;
  std::vector<std::string> words;
  Remains all;
  for (const record::Statement& statement : context.evidence().recording.statements) {
    if (statement.source.revision != revision) continue;
    if (!statement.failed() && context.is_version_statement(statement))
      return;  // recorded: not half, but whole
    const Remains remains = remains_of(context, statement);
    if (remains.words.empty()) continue;
    words.push_back(remains.words.front());
    all.created.insert(all.created.end(), remains.created.begin(), remains.created.end());
    for (const catalog::Object& gone : remains.dropped)
      if (std::erase(all.created, gone) == 0) all.other = true;  // it was there before the revision
    all.other = all.other || remains.other;
    left.push_back(exhibit(statement,
                           statement.failed()          ? "failed"
                           : statement.effects.empty() ? ""
                                                       : catalog::outcome_of(statement.effects.front()),
                           base::shorten(base::join(remains.words, ", "), 300)));
  }
  if (left.empty()) return;
  Finding finding = finding_at(context, "half-applied", revision, left.front().location);
  finding.severity = Severity::Warning;
  finding.follows_from = root->id;
  finding.statement = left.front().statement;
  finding.cause = fmt::format(
      "Revision {} failed after {} of it had been committed, and is not in the version table: a second run "
      "starts it anew and finds what the first one left ({}).",
      revision, base::count_of(left.size(), "statement"), base::shorten(base::join(words, "; "), 300));
  finding.evidence = std::move(left);
  const bool only_invalid = finding.evidence.size() == 1 && finding.evidence.front().effect == "failed";
  finding.fix.summary =
      only_invalid ? "Drop the invalid index before the next run: nothing uses it, and its name is taken."
                   : "Give what must be committed on its own a revision of its own, with nothing else in it.";
  if (!only_invalid)
    finding.fix.steps = {"Split the revision: one for the autocommit_block (or COMMIT), one for the rest."};
  const std::string look = sql_to_see(all.created), undo = sql_to_undo(all.created);
  if (!look.empty())
    finding.fix.steps.push_back("On a database where it has failed, see what is left:\n" + look);
  if (!undo.empty())
    finding.fix.steps.push_back(
        "Take away what that shows, in this order, before the revision runs again:\n" + undo);
  if (all.other || undo.empty())
    finding.fix.steps.push_back(
        "What was changed, dropped or written there must be put back by hand: see the evidence.");
  finding.fix.steps.push_back("Then run it again:\n" + context.evidence().tool.command + " upgrade heads");
  finding.fix.do_not =
      "Do not stamp the revision: the part after the failure has not run. Do not drop what has been written "
      "to "
      "since: its rows would be gone.";
  findings.push_back(std::move(finding));
}

}  // namespace windlass::diagnose
