// From what a run left behind to what is wrong. Pure: no file, clock, server or network.
#pragma once

#include <vector>

#include "diagnose/context.h"
#include "diagnose/finding.h"

namespace windlass::diagnose {

/// Every finding of the run, roots before what follows from them, numbered from 1.
/// `source` gives lines of the project's files (with line 0 a whole file); it may be empty.
std::vector<Finding> diagnose(const run::Evidence& evidence, const SourceLines& source);

/// Puts roots first, each part in the order it has, and numbers them so.
void roots_first(std::vector<Finding>& findings);

enum class Verdict { Sound, Broken, Incomplete };
/// "sound", "broken", "incomplete".
std::string to_string(Verdict verdict);

/// Broken when an error was found; incomplete when something kept windlass from looking; sound only when
/// the tool succeeded, the version table says so, and no finding says otherwise.
Verdict verdict_of(const run::Evidence& evidence, const std::vector<Finding>& findings);

}  // namespace windlass::diagnose
