// What a read of a real database came to, as a person reads it.
#pragma once

#include <string>

#include "catalog/live_read.h"

namespace windlass::report {

/// A few lines: the database and its server, how many objects of which kinds, the fingerprint, what was left
/// out, and what could not be seen.
std::string live_text(const catalog::LiveRead& read, size_t width);

/// What was not read, a line for each of at most ten, with the reason; empty where there is nothing.
std::string unread_text(const catalog::LiveRead& read, size_t width);

}  // namespace windlass::report
