// "Did you mean": the hint for a word that is not known.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace windlass::cli {

/// "Did you mean `check`?", or else `otherwise`.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates,
                         std::string_view otherwise = {});

/// Whether `code` is the code of a finding; a usage error with the nearest one otherwise.
base::Result<void> check_finding_code(const std::string& code);

}  // namespace windlass::cli
