// How a run of a case ended.
#pragma once

#include <string>

#include "diagnose/finding.h"
#include "run/evidence.h"

namespace windlass::diagnose {

/// How it ended, in words that are equal where the failure is.
std::string said(const run::Evidence& run);

/// Whether it ended by itself, well or not: its time was not up, and its server lived.
bool came_to_an_end(const run::Evidence& run);

/// A finding about a run that failed, at the statement or the line that ended it: what it says itself.
Finding finding_of_stop(const run::Evidence& run, std::string code);

}  // namespace windlass::diagnose
