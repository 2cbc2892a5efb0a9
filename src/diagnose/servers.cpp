#include "diagnose/servers.h"

#include <algorithm>
#include <map>
#include <utility>

namespace windlass::diagnose {

namespace {

using Place = std::pair<size_t, int>;  // a server, and a finding's id there

/// The finding of another server that this one is. One server may have two of one fingerprint: those are two.
std::vector<Finding>::iterator same_elsewhere(std::vector<Finding>& all, const Finding& finding,
                                              size_t server) {
  return std::find_if(all.begin(), all.end(), [&](const Finding& other) {
    return other.fingerprint == finding.fingerprint &&
           std::find(other.servers.begin(), other.servers.end(), server) == other.servers.end();
  });
}

}  // namespace

std::vector<Finding> merge_servers(std::vector<FoundOnServer> each) {
  std::vector<Finding> all;
  std::map<Place, int> now;       // a server's ids -> ids of all
  std::map<int, size_t> told_by;  // id of all -> the server whose words it has
  for (FoundOnServer& found : each)
    for (Finding& finding : found.findings) {
      const auto known = same_elsewhere(all, finding, found.place);
      const int id = known == all.end() ? static_cast<int>(all.size()) + 1 : known->id;
      now[{found.place, finding.id}] = id;
      finding.id = id;
      if (known == all.end()) {
        finding.servers = {found.place};
        told_by[id] = found.place;
        all.push_back(std::move(finding));
        continue;
      }
      known->servers.push_back(found.place);
      // What follows from another on one server and stands alone on the next must be mended there.
      if (known->root || !finding.root) continue;
      finding.servers = std::move(known->servers);
      told_by[id] = found.place;
      *known = std::move(finding);
    }
  for (Finding& finding : all)
    if (finding.follows_from) finding.follows_from = now[{told_by[finding.id], *finding.follows_from}];
  roots_first(all);
  return all;
}

Verdict verdict_of_servers(const std::vector<Verdict>& each, bool all_ran) {
  if (std::find(each.begin(), each.end(), Verdict::Broken) != each.end()) return Verdict::Broken;
  const bool sound = all_ran && !each.empty() && std::all_of(each.begin(), each.end(), [](Verdict verdict) {
                       return verdict == Verdict::Sound;
                     });
  return sound ? Verdict::Sound : Verdict::Incomplete;
}

}  // namespace windlass::diagnose
