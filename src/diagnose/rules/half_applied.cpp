// X2: a revision committed a part of its work before it failed. What is left behind is in no version
// table: the next run starts the revision anew and finds its own remains.
#include <fmt/core.h>

#include <set>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"

namespace windlass::diagnose {

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
  std::vector<std::string> objects;
  for (const record::Statement& statement : context.evidence().recording.statements) {
    if (statement.source.revision != revision || statement.failed()) continue;
    if (context.is_version_statement(statement)) return;  // recorded: not half, but whole
    const Transaction* transaction = context.transaction_of(statement);
    if (transaction == nullptr || !transaction->committed) continue;
    std::vector<std::string> own;
    for (const catalog::Effect& effect : statement.effects)
      if (!effect.rolled_back)
        own.push_back(fmt::format("{} {}", catalog::to_string(effect.change), the(effect.object)));
    if (own.empty()) continue;
    objects.push_back(own.front());
    left.push_back(exhibit(statement, catalog::outcome_of(statement.effects.front()),
                           base::shorten(base::join(own, ", "), 300)));
  }
  if (left.empty()) return;
  Finding finding = finding_at(context, "half-applied", revision, left.front().location);
  finding.severity = Severity::Warning;
  finding.follows_from = root->id;
  finding.cause = fmt::format(
      "Revision {} had committed {} before it failed and is not in the version table: a second run starts it "
      "anew and finds "
      "what the first one left ({}).",
      revision, base::count_of(left.size(), "statement"), base::shorten(base::join(objects, "; "), 300));
  finding.evidence = std::move(left);
  finding.fix.summary =
      "Give what must be committed on its own a revision of its own, with nothing else in it.";
  finding.fix.steps = {
      "Split the revision: one for the autocommit_block (or COMMIT), one for the rest.",
      "On a database where it has failed, undo what is listed here by hand, then run again."};
  finding.fix.do_not = "Do not stamp the revision: the part after the failure has not run.";
  findings.push_back(std::move(finding));
}

}  // namespace windlass::diagnose
