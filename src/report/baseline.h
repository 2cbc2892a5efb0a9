// The findings that a team knows and lives with for now: a check with a baseline fails only on others.
//
// The file is windlass.baseline/1 (docs/formats.md), or a document of `check --format json`. A baseline is
// kept in git: a finding a line, sorted, without lines, times or versions, so that a difference shows what
// came and what went.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "diagnose/finding.h"
#include "run/evidence.h"

namespace windlass::report {

struct BaselineEntry {
  std::string file, revision;  ///< where it was; may be empty
  std::string code, fingerprint, message;

  auto operator<=>(const BaselineEntry&) const = default;
};

struct Baseline {
  std::string file;  ///< as it was given
  std::vector<BaselineEntry> entries;
};

/// What a run made of a baseline.
struct BaselineUse {
  std::string file;
  std::vector<BaselineEntry> gone;  ///< it did not occur, though its revision was run (or is no more)
  size_t not_looked_for = 0;        ///< it did not occur, but the run ended before its revision
};

/// `text` is the content of `file`. Every error is one of usage.
base::Result<Baseline> parse_baseline(std::string_view text, const std::string& file);

/// Sets `known` of every finding.
BaselineUse apply_baseline(const Baseline& baseline, const run::Evidence& evidence,
                           std::vector<diagnose::Finding>& findings);

/// The document for what was found, without what is suppressed, and without what windlass could not look at:
/// that is no fault that one can know.
std::string baseline_json(const std::vector<diagnose::Finding>& findings);

/// What a person is told about it; empty where there is nothing to say.
std::string baseline_remark(const BaselineUse& use);

}  // namespace windlass::report
