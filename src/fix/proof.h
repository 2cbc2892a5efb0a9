// Whether a mend holds: the check of the mended copy against the one before it. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "diagnose/finding.h"
#include "edit/edit.h"
#include "fix/fixed.h"
#include "run/evidence.h"

namespace windlass::fix {

/// A check of one state of the sources.
struct Checked {
  const run::Evidence* clean = nullptr;  ///< of the faithful run
  const run::Evidence* past = nullptr;   ///< of the run past its failures; nullptr where there was none
  const std::vector<diagnose::Finding>* findings = nullptr;

  /// The run to learn from: the one past the failures where there is one.
  const run::Evidence& evidence() const { return past != nullptr ? *past : *clean; }
};

struct Judged {
  bool proven = false;
  std::string failed_because;
  std::vector<std::string> gone;           ///< fingerprints
  std::vector<std::string> come_to_light;  ///< fingerprints, of `after`
  std::vector<std::string> caused;         ///< fingerprints, of `after`
  std::string catalog;
  std::vector<std::string> differences;
};

/// `edits`: what the mend changed, by file; `texts`: the files' text afterwards.
Judged judge(const Checked& before, const Checked& after, const diagnose::Finding& mended,
             const std::map<std::string, std::vector<edit::Edit>>& edits,
             const std::map<std::string, std::string>& texts);

}  // namespace windlass::fix
