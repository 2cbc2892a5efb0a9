// How a run of a case ended.
#pragma once

#include <string>

#include "run/evidence.h"

namespace windlass::diagnose {

/// The error that ended the run, or nullptr.
const record::Statement* last_error(const run::Evidence& run);

/// How it ended, in words that are equal where the failure is.
std::string said(const run::Evidence& run);

}  // namespace windlass::diagnose
