// What the effects add up to differs from what the catalog says: windlass could not follow the run, and
// must not call the chain sound on that ground.
#include <fmt/core.h>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"

namespace windlass::diagnose {

void self_check(const Context& context, std::vector<Finding>& findings) {
  const std::vector<std::string>& differences = context.evidence().self_check;
  if (differences.empty()) return;
  constexpr size_t kShown = 20;
  Finding finding = finding_at(context, "self-check", "", {});
  finding.severity = Severity::Warning;
  finding.incomplete = true;
  finding.root = false;
  finding.message = differences.front();
  finding.cause = fmt::format(
      "Windlass could not follow everything the run did: {} between what the statements were seen to do "
      "and what the database holds.",
      base::count_of(differences.size(), "difference"));
  for (size_t i = 0; i < differences.size() && i < kShown; ++i)
    finding.evidence.push_back({"", {}, "", "", differences[i]});
  for (const record::Session& session : context.evidence().recording.sessions)
    for (const std::string& remark : session.remarks)
      finding.evidence.push_back({"", {}, "", "", fmt::format("Session {}: {}.", session.n, remark)});
  finding.fix.summary =
      "See the listed objects; a migration that switches event triggers off, or writes the catalog directly, "
      "cannot be followed.";
  findings.push_back(std::move(finding));
}

}  // namespace windlass::diagnose
