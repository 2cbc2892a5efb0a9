// What a check's findings make of the program's exit status (docs/commands.md).
#pragma once

#include <string>
#include <vector>

#include "diagnose/diagnose.h"

namespace windlass::report {

/// `all`: every finding of the run. `shown`: those of them that --only left.
/// A finding that is suppressed or in the baseline never makes it 1; but what windlass could not look at
/// stays 3, whoever accepted it.
int exit_status(diagnose::Verdict verdict, const std::vector<diagnose::Finding>& all,
                const std::vector<diagnose::Finding>& shown, const std::string& fail_on);

}  // namespace windlass::report
