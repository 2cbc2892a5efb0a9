#include "diagnose/python_words.h"

#include <algorithm>

namespace windlass::diagnose {

bool is_python_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

std::vector<PythonWord> python_words(std::string_view source) {
  std::vector<PythonWord> words;
  int line = 1;
  for (size_t at = 0; at < source.size();) {
    const char c = source[at];
    if (c == '\n') ++line;
    if (c == '#') {
      while (at < source.size() && source[at] != '\n') ++at;
    } else if (c == '\'' || c == '"') {
      const bool triple = source.substr(at, 3) == std::string(3, c);
      const std::string_view close = triple ? source.substr(at, 3) : source.substr(at, 1);
      PythonWord word{PythonWord::Kind::String, "", line};
      at += close.size();
      while (at < source.size() && source.substr(at, close.size()) != close) {
        if (source[at] == '\n') {
          if (!triple) break;  // a literal that is not closed ends with its line
          ++line;
        }
        if (source[at] == '\\' && at + 1 < source.size()) {
          ++at;
          if (source[at] == '\n') {
            ++line;
            ++at;
            continue;
          }
        }
        word.text += source[at++];
      }
      at = std::min(source.size(),
                    at + (at < source.size() && source[at] == '\n' && !triple ? 0 : close.size()));
      if (!words.empty() && words.back().kind == PythonWord::Kind::String) {
        words.back().text += word.text;
      } else {
        words.push_back(std::move(word));
      }
    } else if (is_python_word(c)) {
      PythonWord word{PythonWord::Kind::Name, "", line};
      while (at < source.size() && is_python_word(source[at])) word.text += source[at++];
      const bool prefix =
          word.text.size() <= 2 && at < source.size() && (source[at] == '\'' || source[at] == '"');
      if (!prefix) words.push_back(std::move(word));
    } else {
      if (c > ' ') words.push_back({PythonWord::Kind::Symbol, std::string(1, c), line});
      ++at;
    }
  }
  return words;
}

}  // namespace windlass::diagnose
