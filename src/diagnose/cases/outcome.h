// How a run of a case ended.
#pragma once

#include <string>

#include "run/evidence.h"

namespace windlass::diagnose {

/// How it ended, in words that are equal where the failure is.
std::string said(const run::Evidence& run);

}  // namespace windlass::diagnose
