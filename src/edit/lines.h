// The lines of a text, as an editor counts them: each ends with \n, \r\n or a lone \r. Pure.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace windlass::edit {

struct Position {
  int line = 1, column = 1;  ///< from 1; the column in characters of UTF-8
  bool operator==(const Position&) const = default;
};

class Lines {
 public:
  explicit Lines(std::string_view text);

  size_t count() const { return starts_.size(); }
  /// Where line `number` (from 1) begins; the end of the text for those beyond the last.
  size_t start(int number) const;
  /// Where it ends, its line ending included.
  size_t end(int number) const { return start(number + 1); }
  /// With its line ending.
  std::string_view line(int number) const;
  /// The line that the byte at `position` stands in.
  int line_at(size_t position) const;
  Position position_at(size_t position) const;

 private:
  std::string_view text_;
  std::vector<size_t> starts_;
};

/// The line ending that the text uses first: "\n", "\r\n" or "\r"; "\n" where it has none.
std::string_view line_ending(std::string_view text);

/// The blanks and tabs that the line of `position` begins with.
std::string_view indentation_at(std::string_view text, size_t position);

}  // namespace windlass::edit
