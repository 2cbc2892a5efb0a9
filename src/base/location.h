// A place in a source file of the user's project.
#pragma once

#include <compare>
#include <string>

namespace windlass::base {

struct Location {
  std::string file;  ///< relative to the project, with '/'; absolute when outside it
  int line = 0;      ///< from 1; 0 when only the file is known
  int column = 0;    ///< from 1; 0 when only the line is known

  bool known() const { return !file.empty(); }
  auto operator<=>(const Location&) const = default;
};

/// "versions/008.py:38", "versions/008.py", or "" where nothing is known.
std::string to_string(const Location& location);

}  // namespace windlass::base
