// One server's part of a check: the faithful run, the rules, and what lies behind the first failure.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "diagnose/diagnose.h"
#include "run/check.h"
#include "run/going_on.h"

namespace windlass::cli {

struct ServerCheck {
  run::CheckOutcome outcome;
  std::vector<diagnose::Finding> findings;
  diagnose::Verdict verdict = diagnose::Verdict::Incomplete;
  std::optional<run::WentPast> went_past;  ///< nothing when it did not go on
  std::vector<std::string> remarks;        ///< on what could not be looked at
  int interrupted = 0;                     ///< the signal that ended it early
  /// Of the run past its failures, where it went on and ServerCheckOptions::keep_past asks for it.
  std::optional<run::Evidence> past;
};

struct ServerCheckOptions {
  bool reuse = false;               ///< see run::CheckSettings
  bool first = false;               ///< stop at the first failure
  bool keep_past = false;           ///< see ServerCheck::past
  bool progress = false;            ///< a line per revision on standard error
  std::filesystem::path recording;  ///< not empty: the faithful run's recording is written there
};

/// Fails when windlass could not look at all.
base::Result<ServerCheck> check_server(const run::CheckSettings& settings,
                                       const diagnose::SourceLines& source,
                                       const ServerCheckOptions& options);

}  // namespace windlass::cli
