#include "fix/statement_words.h"

#include <cctype>

#include "base/text.h"

namespace windlass::fix {

bool begins_with_word(std::string_view text, std::string_view word) {
  return base::to_lower(base::trim(text).substr(0, word.size())) == word;
}

bool names_word(std::string_view text, std::string_view word) {
  const auto part_of_word = [&](size_t at) {
    return at < text.size() && (text[at] == '_' || std::isalnum(static_cast<unsigned char>(text[at])) != 0);
  };
  for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1))
    if (!part_of_word(at + word.size()) && (at == 0 || !part_of_word(at - 1))) return true;
  return false;
}

}  // namespace windlass::fix
