#include "report/groups.h"

#include <map>
#include <string>
#include <utility>

#include "base/text.h"
#include "diagnose/name.h"

namespace windlass::report {

namespace {

/// What a finding says, without which object and which revision it says it of.
std::string without_names(const diagnose::Finding& finding) {
  std::string words = finding.cause + "\n" + finding.fix.summary;
  if (finding.object) words = base::replace_all(std::move(words), diagnose::last_part(*finding.object), "");
  if (!finding.revision.empty()) words = base::replace_all(std::move(words), finding.revision, "");
  return words;
}

}  // namespace

std::vector<Group> grouped(const std::vector<diagnose::Finding>& findings) {
  std::map<int, const diagnose::Finding*> counting;
  for (const diagnose::Finding& finding : findings)
    if (finding.counts()) counting[finding.id] = &finding;
  const auto root_of = [&](const diagnose::Finding& finding) {
    const diagnose::Finding* at = &finding;
    // As many steps as there are findings: ids that lead in a circle end, too.
    for (size_t steps = 0; at->follows_from && steps < findings.size(); ++steps) {
      const auto next = counting.find(*at->follows_from);
      if (next == counting.end()) break;
      at = next->second;
    }
    return at;
  };
  std::vector<Group> groups;
  std::map<const diagnose::Finding*, size_t> index;
  for (const diagnose::Finding& finding : findings)
    if (finding.counts() && root_of(finding) == &finding) {
      index[&finding] = groups.size();
      groups.push_back({&finding, {}});
    }
  for (const diagnose::Finding& finding : findings) {
    if (!finding.counts()) continue;
    const diagnose::Finding* root = root_of(finding);
    if (root == &finding) continue;
    if (const auto group = index.find(root); group != index.end())
      groups[group->second].followers.push_back(&finding);
    else
      groups.push_back({&finding, {}});  // in a circle
  }
  std::vector<Group> folded;
  std::map<std::pair<std::string, std::string>, size_t> first;
  for (Group& group : groups) {
    const bool remark = group.root->severity == diagnose::Severity::Info && !group.root->incomplete &&
                        group.followers.empty();
    const auto [known, is_first] =
        remark ? first.insert({{group.root->code, without_names(*group.root)}, folded.size()})
               : std::pair{first.end(), true};
    if (is_first)
      folded.push_back(std::move(group));
    else
      folded[known->second].alike.push_back(group.root);
  }
  return folded;
}

}  // namespace windlass::report
