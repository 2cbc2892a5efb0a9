#include "diagnose/cases.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "diagnose/compose.h"
#include "diagnose/diagnose.h"

namespace windlass::diagnose {

namespace {

bool same_occurrence(const Occurrence& a, const Occurrence& b) {
  return a.scenario == b.scenario && a.name == b.name;
}

/// The whole way fails where one of its steps does: that step's finding says why.
bool told_by_a_step(const Finding& whole, const std::vector<Finding>& all) {
  if (whole.scenario != run::to_string(run::Scenario::RoundTrip) || !whole.whole_way) return false;
  return std::any_of(all.begin(), all.end(), [&](const Finding& finding) {
    return !finding.whole_way && finding.scenario == whole.scenario && finding.severity >= whole.severity;
  });
}

/// What was read in the source is told by what was seen.
bool seen_too(const Finding& read, const std::vector<Finding>& all) {
  return read.code == "type-left-by-downgrade" &&
         std::any_of(all.begin(), all.end(), [&](const Finding& finding) {
           return finding.code == "downgrade-incomplete" && finding.revision == read.revision;
         });
}

bool ends_with_another_catalog(const Finding& finding) {
  return finding.code == "ends-otherwise" || finding.code == "replay-differs" ||
         finding.code == "interrupted-differs";
}

/// One fault may hurt every database from one revision on, and only some from another: the graver one is
/// told.
void take_graver(Finding& known, const Finding& graver) {
  Finding now = graver;
  now.id = known.id;
  now.root = known.root;
  now.follows_from = known.follows_from;
  now.occurs = known.occurs;
  known = std::move(now);
}

}  // namespace

std::span<const std::string_view> case_codes() {
  static constexpr std::array<std::string_view, 20> kCodes = {"created-by-repair-script",
                                                              "downgrade-fails",
                                                              "downgrade-incomplete",
                                                              "downgrade-refused",
                                                              "ends-otherwise",
                                                              "fails-with-rows",
                                                              "head-differs-from-models",
                                                              "interrupted-differs",
                                                              "interrupted-fails",
                                                              "labels-differ-from-models",
                                                              "missing-at-head",
                                                              "not-deterministic",
                                                              "not-null-without-backfill",
                                                              "repair-script-departs",
                                                              "replay-changes-rows",
                                                              "replay-differs",
                                                              "replay-fails",
                                                              "retry-differs",
                                                              "round-trip-broken",
                                                              "rows-do-not-fit"};
  return kCodes;
}

std::vector<Finding> case_findings(const run::CaseRun& run, const SourceLines& source) {
  std::vector<Finding> findings;
  switch (run.scenario) {
    case run::Scenario::Clean:
    case run::Scenario::Hybrid:
    case run::Scenario::Repairs:  // cases/repairs.h: its findings are of a script, not of a case
      break;
    case run::Scenario::Stepwise:
    case run::Scenario::Splits:
      findings = upgrade_findings(run, source);
      break;
    case run::Scenario::Populated:
      findings = populated_findings(run, source);
      break;
    case run::Scenario::RoundTrip:
      findings = round_trip_findings(run, source);
      break;
    case run::Scenario::AsRole:
      findings = as_role_findings(run, source);
      break;
    case run::Scenario::Repeat:
      findings = repeat_findings(run, source);
      break;
    case run::Scenario::Retry:
      findings = retry_findings(run, source);
      break;
    case run::Scenario::Replay:
      findings = replay_findings(run, source);
      break;
    case run::Scenario::Interrupted:
      findings = interrupted_findings(run, source);
      break;
    case run::Scenario::Models:
      findings = models_findings(run, source);
      break;
  }
  int id = 0;
  for (Finding& finding : findings) {
    if (finding.id == 0) finding.id = ++id;
    id = std::max(id, finding.id);
    finding.scenario = run::to_string(run.scenario);
    finding.case_name = run.name;
    finding.occurs.clear();
    for (const std::string& name : run.equal) finding.occurs.push_back({finding.scenario, name});
    finding.occurs.push_back({finding.scenario, finding.case_name});
    if (finding.fingerprint.empty()) finding.fingerprint = fingerprint(finding);
  }
  return findings;
}

std::vector<Finding> with_cases(std::vector<Finding> clean, const std::vector<std::vector<Finding>>& cases) {
  std::vector<Finding> all = std::move(clean);
  const size_t of_clean = all.size();
  for (size_t i = 0; i < of_clean; ++i) all[i].occurs = {{all[i].scenario, all[i].case_name}};
  const auto clean_root = [&]() -> std::optional<int> {
    for (size_t i = 0; i < of_clean; ++i)
      if (all[i].root && all[i].severity == Severity::Error) return all[i].id;
    return std::nullopt;
  };
  int next = 0;
  for (const Finding& finding : all) next = std::max(next, finding.id);
  for (const std::vector<Finding>& found : cases) {
    std::map<int, int> now;  // ids of this case -> ids of all
    std::vector<size_t> fresh;
    for (const Finding& finding : found) {
      const auto known = std::find_if(all.begin(), all.end(), [&](const Finding& other) {
        return other.fingerprint == finding.fingerprint;
      });
      if (known != all.end()) {
        now[finding.id] = known->id;
        for (const Occurrence& occurrence : finding.occurs)
          if (std::none_of(known->occurs.begin(), known->occurs.end(),
                           [&](const Occurrence& other) { return same_occurrence(occurrence, other); }))
            known->occurs.push_back(occurrence);
        if (finding.severity > known->severity) take_graver(*known, finding);
        continue;
      }
      now[finding.id] = ++next;
      all.push_back(finding);
      all.back().id = next;
      fresh.push_back(all.size() - 1);
    }
    for (const size_t i : fresh) {
      Finding& finding = all[i];
      if (finding.follows_from) finding.follows_from = now[*finding.follows_from];
      // What a second try meets comes of what the first one did.
      if (!finding.root && !finding.follows_from && finding.code == "retry-differs") {
        finding.follows_from = clean_root();
        finding.root = !finding.follows_from;
      }
    }
  }
  const std::vector<Finding> before = all;
  // Where names are random, every case ends otherwise, however it is cut.
  const bool random = std::any_of(all.begin(), all.end(),
                                  [](const Finding& finding) { return finding.code == "not-deterministic"; });
  std::erase_if(all, [&](const Finding& finding) {
    return told_by_a_step(finding, before) || seen_too(finding, before) ||
           (random && ends_with_another_catalog(finding));
  });
  std::set<int> kept;
  for (const Finding& finding : all) kept.insert(finding.id);
  for (Finding& finding : all)
    if (finding.follows_from && !kept.contains(*finding.follows_from)) finding.follows_from.reset();
  roots_first(all);
  return all;
}

}  // namespace windlass::diagnose
