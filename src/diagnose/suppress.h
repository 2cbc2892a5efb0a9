// Which findings somebody decided not to count, and which of those decisions decide nothing.
//
// A suppression names a code and a reason. It stands in windlass.toml, or as a comment at the statement that
// the finding is about (suppress_comment.h). What only follows from a suppressed finding is suppressed with
// it. The verdict is left as it is: a suppression says what counts, not what was seen.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "diagnose/context.h"
#include "diagnose/finding.h"

namespace windlass::diagnose {

/// An entry of windlass.toml; what is empty narrows nothing.
struct Suppression {
  std::string code, reason;
  std::string revision;
  std::string file;    ///< relative to the project, as a finding's
  std::string object;  ///< "public.mood", or with its kind: "type public.mood"
  base::Location at;   ///< where it is said
};

/// Marks what is suppressed, and adds findings about suppressions that suppressed nothing, or give no reason.
/// One whose place was not run is left alone: nobody looked whether it is needed; nor where it is about one
/// of the revisions `not_again`, of which only the clean run was made.
void suppress(const run::Evidence& evidence, const SourceLines& source,
              const std::vector<Suppression>& configured, std::vector<Finding>& findings,
              const std::set<std::string>& not_again = {});

/// The codes of those findings; no rule gives them.
std::vector<std::string_view> suppression_codes();

}  // namespace windlass::diagnose
