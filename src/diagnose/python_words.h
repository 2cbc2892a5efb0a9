// Python source as words: enough to tell names, calls and string literals apart without running anything.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace windlass::diagnose {

struct PythonWord {
  enum class Kind { Name, String, Symbol } kind = Kind::Symbol;
  std::string text;  ///< of a string literal: what stands between its quotes
  int line = 1;
  bool symbol(char c) const { return kind == Kind::Symbol && text[0] == c; }
  bool name(std::string_view word) const { return kind == Kind::Name && text == word; }
};

/// May stand in a name or a number.
bool is_python_word(char c);

/// The words of Python source: comments left out, adjacent string literals joined.
std::vector<PythonWord> python_words(std::string_view source);

}  // namespace windlass::diagnose
