// G7: the database that the chain starts on claims two revisions, one of which comes before the other.
// Alembic then refuses to upgrade. On a scratch database only prerequisites, env.py or a revision can have
// written it.
#include <fmt/core.h>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "diagnose/version_writer.h"

namespace windlass::diagnose {

namespace {

/// What Alembic's CommandError says: "Requested revision 3 overlaps with other requested revisions 1, 2".
struct Overlap {
  std::string revision, others;
};

Overlap overlap_in(const std::string& said) {
  constexpr std::string_view kStart = "Requested revision ",
                             kMiddle = " overlaps with other requested revisions ";
  const size_t middle = said.find(kMiddle);
  const size_t start = middle == std::string::npos ? middle : said.rfind(kStart, middle);
  if (start == std::string::npos) return {};
  const std::string rest = said.substr(middle + kMiddle.size());
  return {said.substr(start + kStart.size(), middle - start - kStart.size()),
          std::string(base::trim(rest.substr(0, rest.find('\n'))))};
}

}  // namespace

void version_overlaps(const Context& context, std::vector<Finding>& findings) {
  const run::Evidence& evidence = context.evidence();
  if (context.tool_succeeded() || has_root(findings) || evidence.versions.size() < 2) return;
  const Overlap overlap =
      overlap_in((evidence.exception ? evidence.exception->message : std::string()) + "\n" + evidence.err);
  if (overlap.revision.empty() || context.revision(overlap.revision) == nullptr) return;
  const record::Statement* wrote = version_writer(context);
  Finding finding = finding_at(context, "version-overlaps", "", {});
  finding.object = catalog::Object{"revision", overlap.revision};
  finding.message = evidence.exception ? run::to_string(*evidence.exception) : last_words(evidence);
  // Written before the chain ran: what windlass was told to prepare is wrong, and says nothing of the chain.
  finding.incomplete = wrote == nullptr;
  finding.cause = fmt::format(
      "The version table says {}, and some of these come before others ({} is reached by way of {}){}. "
      "Alembic "
      "takes its rows for the ends of branches, and refuses to upgrade.",
      base::join(evidence.versions, ", "), overlap.revision, overlap.others,
      wrote != nullptr ? fmt::format("; {} wrote it", sender(*wrote, place_of(context, *wrote)))
                       : std::string());
  if (wrote != nullptr) {
    finding.location = place_of(context, *wrote);
    finding.evidence = {exhibit(*wrote, "", "Writes the version table.")};
  }
  finding.fix.summary = "Leave in the version table the last revision of each branch only.";
  finding.fix.steps = {
      "Compare the database with the chain first: `windlass drift --url URL` names the revision that its "
      "objects "
      "are those of.",
      fmt::format("Then take out the rows that come before it: {}.", overlap.others)};
  finding.fix.do_not =
      "Do not run `alembic stamp --purge head` on a database before it was compared with the head: what it "
      "lacks is then never made.";
  findings.push_back(std::move(finding));
}

}  // namespace windlass::diagnose
