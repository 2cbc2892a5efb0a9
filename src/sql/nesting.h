// Follows one statement word by word, to know whether a semicolon ends it: not within parentheses, nor in the
// body of a function that is BEGIN ATOMIC. psql's own rule.
#pragma once

#include <cstddef>
#include <string_view>

namespace windlass::sql {

class Nesting {
 public:
  /// An unquoted word of the statement, outside of strings and comments.
  void word(std::string_view word);
  /// Any other single byte.
  void sign(char c);
  bool open() const { return depth_ > 0 || blocks_ > 0; }

 private:
  size_t count_ = 0;  // words so far, up to four
  bool create_ = false, or_replace_ = false, routine_ = false, after_begin_ = false;
  size_t depth_ = 0, blocks_ = 0;
};

}  // namespace windlass::sql
