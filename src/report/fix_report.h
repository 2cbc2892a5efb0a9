// What `fix` has to say, for the renderers.
#pragma once

#include <string>
#include <vector>

#include "diagnose/diagnose.h"
#include "fix/fixed.h"
#include "report/check_report.h"
#include "report/text_style.h"

namespace windlass::report {

struct FixReport {
  std::string project = ".";  ///< as the user named it
  fix::Fixed fixed;
  bool applied = false;
  std::vector<std::string> uncommitted;  ///< files whose changes are not committed: nothing may be applied
  diagnose::Verdict verdict = diagnose::Verdict::Incomplete;  ///< of the chain with every patch
  std::vector<std::string> remarks;
  bool quiet = false;                   ///< no diffs
  bool asking = false;                  ///< whether to apply is asked for behind the text
  std::string git_root, from_git_root;  ///< as CheckReport has them
  int exit_status = 0;                  ///< what the program is about to end with
};

/// "fixed", "partly", "nothing", "refused".
std::string verdict_of(const FixReport& report);

/// Of a patch of a revision that was released: what becomes of the databases that have it; sentences.
std::string of_released(const fix::Patch& patch);

/// Of a new revision in the place of an edit: what it does to every database; sentences.
std::string of_new_revision(const fix::InsteadOfEdit& told);

/// What a person reads: each patch with its proof, then what is left to do by hand.
std::string fix_text(const FixReport& report, const TextStyle& style);
/// SARIF 2.1.0: the findings, and with those that were mended the replacements that mend them.
std::string fix_sarif(const FixReport& report);
/// A review of a pull request, as GitHub's API takes it
/// (https://docs.github.com/en/rest/pulls/reviews#create-a-review-for-a-pull-request): a comment with a
/// suggestion block for each place that changes.
std::string fix_github(const FixReport& report);
/// windlass.fix/1
std::string fix_json(const FixReport& report);

}  // namespace windlass::report
