// What repair scripts do to the chain, and the chain to them: from their trials to findings. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "diagnose/finding.h"
#include "drift/timeline.h"
#include "run/evidence.h"

namespace windlass::diagnose {

/// A script, run on a database where the chain had come to some place; and what came then.
struct RepairTrial {
  std::string script;   ///< its file
  std::string at;       ///< a revision; "base"; empty: the end of the chain, or where that breaks
  size_t position = 0;  ///< how many revisions of the timeline had run
  record::Recording recording;
  std::string why_failed;             ///< "it failed at fix.sql:3: ..."; empty where it did not
  bool did_something = false;         ///< it changed an object or a row
  std::optional<run::Evidence> then;  ///< the upgrade from there; nothing where there was none to be run
  std::string not_upgraded_because;   ///< could not be run
};

/// What became of the upgrade behind a trial.
enum class Then { NotRun, AsWithout, Stops, EndsOtherwise };

/// `chance`: objects that the chain makes otherwise at each run.
Then outcome_of(const RepairTrial& trial, const run::Evidence& clean, const drift::Timeline& chain,
                const std::set<catalog::Object>& chance = {});

/// `trials`: those of one script. `clean`: the chain's run without it, `chain`: the timeline of it, or of
/// the run past its failures. A finding for each object that both make, and for what else of the script
/// keeps the upgrade from coming to where it comes by itself.
std::vector<Finding> repair_findings(const std::vector<RepairTrial>& trials, const run::Evidence& clean,
                                     const drift::Timeline& chain, const std::set<catalog::Object>& chance);

}  // namespace windlass::diagnose
