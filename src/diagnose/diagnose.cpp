#include "diagnose/diagnose.h"

#include <algorithm>
#include <map>

#include "diagnose/compose.h"
#include "diagnose/rules.h"

namespace windlass::diagnose {

void roots_first(std::vector<Finding>& findings) {
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return a.root != b.root ? a.root : a.root && a.severity > b.severity;
  });
  std::map<int, int> now;
  for (size_t i = 0; i < findings.size(); ++i) now[findings[i].id] = static_cast<int>(i) + 1;
  for (Finding& finding : findings) {
    finding.id = now[finding.id];
    if (finding.follows_from) finding.follows_from = now[*finding.follows_from];
  }
}

std::vector<Finding> diagnose(const run::Evidence& evidence, const SourceLines& source) {
  const Context context(evidence, source);
  std::vector<Finding> findings;
  for (const Rule& rule : rules()) {
    rule.apply(context, findings);
    // Rules name another finding by its id: its place in the list.
    for (size_t i = 0; i < findings.size(); ++i) findings[i].id = static_cast<int>(i) + 1;
  }
  for (Finding& finding : findings) {
    if (finding.follows_from) finding.root = false;
    finding.fingerprint = fingerprint(finding);
  }
  roots_first(findings);
  return findings;
}

std::string to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::Sound:
      return "sound";
    case Verdict::Broken:
      return "broken";
    case Verdict::Incomplete:
      return "incomplete";
  }
  return "incomplete";
}

Verdict verdict_of(const run::Evidence& evidence, const std::vector<Finding>& findings) {
  bool incomplete = false;
  for (const Finding& finding : findings) {
    if (finding.incomplete) incomplete = true;
    // What follows from a missing prerequisite is no fault of the chain.
    if (finding.severity == Severity::Error && !finding.incomplete && finding.root) return Verdict::Broken;
  }
  if (incomplete || !evidence.after_read || !run::succeeded(evidence)) return Verdict::Incomplete;
  return Verdict::Sound;
}

}  // namespace windlass::diagnose
