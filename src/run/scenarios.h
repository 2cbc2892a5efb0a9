// Runs the scenarios beyond `clean`: each case is a chain of runs, every one of them on a server of its own
// that starts from what the one before it left. What a case means is for `diagnose` to say.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "run/case_run.h"
#include "run/check.h"

namespace windlass::run {

/// What there is to say of a case, for the next check.
struct CaseSaid {
  bool may_be_kept = false;  ///< another run of the same would have it said again, word for word
  std::string words = {};    ///< for on_kept; empty: it went well, and there is nothing to say of it
};

struct ScenarioHooks {
  /// A case ended; from one thread at a time.
  std::function<CaseSaid(const CaseRun&)> on_case;
  /// A case of which an earlier check had something to say, `words`, comes from the cache; from one thread at
  /// a time. False: they cannot be read.
  std::function<bool(Scenario, const std::string& name, const std::string& words)> on_kept;
  /// What was told so far does not hold: all cases are run anew, and told again.
  std::function<void()> on_again;
  /// A case begins; from one thread at a time. `done` of `known` so far.
  std::function<void(Scenario, const std::string& name, size_t done, size_t known)> on_progress;
};

struct ScenariosOutcome {
  std::vector<ScenarioOutcome> scenarios;
  int interrupted = 0;
  std::string libraries_not_shared_because;  ///< each run imported them anew; empty where they were shared
};

/// Whether one of them walks from revision to revision: then libraries are imported once for all its runs
/// (CheckSettings::tell_libraries).
bool walks(const std::vector<Scenario>& wanted);

/// What the clean run keeps for them (CheckSettings::keep), in `folder`, which is to outlive all of it.
/// `stays`: its server is to stay for the user.
base::Result<KeepState> kept_for(const std::vector<Scenario>& wanted, const std::filesystem::path& folder,
                                 bool stays);

/// With CheckSettings::reuse, cases that an earlier check ran in the same way are taken from the cache, with
/// what it had to say of them. `clean`: the clean run, made with `settings`, in which kept_for()
/// stands. `wanted`: without Scenario::Clean.
base::Result<ScenariosOutcome> run_scenarios(const CheckSettings& settings, const CheckOutcome& clean,
                                             const std::vector<Scenario>& wanted, const ScenarioHooks& hooks);

}  // namespace windlass::run
