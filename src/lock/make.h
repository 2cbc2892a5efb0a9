// From a clean run to what a lock says of its revisions. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "lock/lock.h"
#include "run/evidence.h"

namespace windlass::lock {

/// The statements by which each revision changes the schema, in order: those with an effect, and those of
/// data definition whose effect nobody sees. Book-keeping of the tool is none.
std::map<std::string, std::vector<std::string>> statements_of(const run::Evidence& run);

/// `run`: a clean run to the heads that ended well. Without verdicts, windlass's version and the date.
Lock make_lock(const run::Evidence& run);

}  // namespace windlass::lock
