// G5: the database that the chain starts on says that it is at a revision which the chain does not have.
// Alembic then refuses every command, `current` and `stamp` too. On a scratch database only prerequisites,
// env.py or a revision can have written it.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "diagnose/version_writer.h"

namespace windlass::diagnose {

namespace {

/// Whether the tool said that it does not know this revision: the words of Alembic's ResolutionError, and of
/// the CommandError that it becomes.
bool tool_does_not_know(const run::Evidence& evidence, const std::string& version) {
  const std::string said = (evidence.exception ? evidence.exception->message : std::string()) + evidence.err;
  return base::contains(said, "No such revision or branch '" + version + "'") ||
         base::contains(said, "Can't locate revision identified by '" + version + "'");
}

}  // namespace

void version_unknown(const Context& context, std::vector<Finding>& findings) {
  const run::Evidence& evidence = context.evidence();
  if (context.tool_succeeded() || has_root(findings)) return;
  const auto unknown =
      std::find_if(evidence.versions.begin(), evidence.versions.end(), [&](const std::string& version) {
        return context.revision(version) == nullptr && tool_does_not_know(evidence, version);
      });
  if (unknown == evidence.versions.end()) return;
  const record::Statement* wrote = version_writer(context);
  Finding finding = finding_at(context, "version-unknown", "", {});
  finding.object = catalog::Object{"revision", *unknown};
  finding.message = evidence.exception ? run::to_string(*evidence.exception) : last_words(evidence);
  // Written before the chain ran: what windlass was told to prepare is wrong, and says nothing of the chain.
  finding.incomplete = wrote == nullptr;
  finding.cause = fmt::format(
      "The version table of the database that the chain starts on says \"{}\", and this chain has no such "
      "revision{}.",
      *unknown,
      wrote != nullptr
          ? fmt::format("; {} wrote it", sender(*wrote, place_of(context, *wrote)))
          : std::string(
                "; it was there before the tool began: the prerequisites ([scratch] setup) wrote it"));
  if (wrote != nullptr) {
    finding.location = place_of(context, *wrote);
    finding.evidence = {exhibit(*wrote, "", "Writes the version table.")};
  }
  finding.fix.summary =
      "Find out which chain wrote that revision, and at which of this one's revisions it is.";
  finding.fix.steps = {
      fmt::format("Look for its file in the history:\ngit log --all --name-only -S'{}'", *unknown),
      "Prerequisites are for what the chain expects to find; its own version table is not among that: leave "
      "it out of the dump, or name the revision that the dump is of."};
  finding.fix.do_not =
      "Do not run `alembic stamp --purge` on a database before it was compared with the revision that it is "
      "to be stamped with.";
  findings.push_back(std::move(finding));
}

}  // namespace windlass::diagnose
