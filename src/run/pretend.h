// What is to be done about a refused statement so that the chain goes on as if
// it had been mended. Pure.
#pragma once

#include "record/rescue.h"

namespace windlass::run {

/// A duplicate counts as there and a missing object's user as done; what only needs another form is run in
/// that form; what needs an extension alone is run again with that extension; what must bring rows, or failed
/// for a reason outside the statement, is passed on.
record::Rescue pretend(const record::Refusal& refusal);

/// The extension whose object `error` misses, as everybody calls it: unqualified, or in public. Empty for
/// other errors.
std::string missing_extension(const record::ServerMessage& error);

}  // namespace windlass::run
