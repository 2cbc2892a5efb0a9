// Words of a statement, where no more than a word is asked for.
#pragma once

#include <string>
#include <string_view>

namespace windlass::fix {

/// Whether a statement begins so; `word` is in lower case.
bool begins_with_word(std::string_view text, std::string_view word);
/// Whether a word stands in a text by itself, spelled just so.
bool names_word(std::string_view text, std::string_view word);

}  // namespace windlass::fix
