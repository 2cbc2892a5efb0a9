// Text from outside (a database, a migration, a user) as a terminal may show it.
#pragma once

#include <string>
#include <string_view>

namespace windlass::base {

/// `text` on one line: control characters, line ends and the characters that turn the direction of
/// writing come out as escapes ("\n", "\x1b", "\u202e"); invalid UTF-8 as U+FFFD.
std::string printable(std::string_view text);

/// The same, but line ends stay and a tab becomes blanks (to the next multiple of four).
std::string printable_lines(std::string_view text);

/// Columns it takes on a terminal: one for each character, two for East Asian wide ones and emoji,
/// none for combining marks.
size_t display_width(std::string_view text);

}  // namespace windlass::base
