// A text that a regular expression matches: what a check such as `code ~ '^[A-Z]{2}-[0-9]{4}$'` asks for.
// Knows what such checks are made of: letters, sets, groups, alternatives, counts, anchors, \d \w \s. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "populate/values.h"

namespace windlass::populate {

/// A text that `pattern` (PostgreSQL's, of the operator ~) matches, in ASCII where the pattern leaves the
/// choice; another one for another seed, as far as the pattern goes. `roomy`: with some repetitions and what
/// may be left out; else as short as may be. Nothing where the pattern holds what is not known here (a look
/// ahead, a reference back, options), or asks for more than 2000 characters. The server has the last word.
std::optional<std::string> text_for_pattern(std::string_view pattern, Seed seed, bool roomy);

}  // namespace windlass::populate
