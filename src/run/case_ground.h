// What every case of a check stands on.
#pragma once

#include <string>
#include <vector>

#include "run/case_cache.h"
#include "run/case_pool.h"
#include "run/check.h"
#include "run/scenario_runner.h"
#include "run/tally.h"

namespace windlass::run {

/// All of it outlives the cases.
struct CaseGround {
  const CheckSettings& settings;
  const CheckOutcome& clean_outcome;
  SharedEvidence clean;            ///< its evidence
  std::vector<std::string> order;  ///< the revisions on the way (walk_order)
  ScenarioRunner& runner;
  Tally& tally;
  CaseCache* cache;  ///< nullptr: every case is run
  /// So many revisions at the beginning of `order` are proven (CheckSettings::proven).
  size_t proven = 0;

  /// Whether the case of `scenario` that begins with order[k] need not be run.
  bool is_proven(Scenario scenario, size_t k) const {
    return k < proven && settings.proven.scenarios.contains(scenario);
  }

  /// The case as an earlier check had it; nullptr: it is to be run.
  const KeptCase* found(const CaseId& id) const { return cache == nullptr ? nullptr : cache->find(id); }
  /// Tells a case that was found.
  bool tell_found(const CaseId& id) const;
  /// A case ended; `trace` is that of all its runs, `more` what is to be kept beside what is counted. It is
  /// told, and kept where that may be (CaseSaid).
  void tell(const CaseId& id, CaseRun run, const CaseTrace& trace, KeptCase more = {}) const;
};

}  // namespace windlass::run
