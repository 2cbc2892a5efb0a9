// How a run that failed ended: for runs that are held against each other. Pure.
#pragma once

#include <string>

#include "run/evidence.h"

namespace windlass::run {

/// The error of the server's that ended the run, or nullptr.
const record::Statement* fatal_error(const Evidence& run);

/// The revision whose upgrade was not finished; empty where there is none.
std::string stopped_in(const Evidence& run);

/// Whether both failed, in one revision and with the same words.
bool failed_alike(const Evidence& a, const Evidence& b);

}  // namespace windlass::run
