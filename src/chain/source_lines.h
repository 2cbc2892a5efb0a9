// Where a revision's file sets its id and its parents: read as text, never run.
#pragma once

#include <string>
#include <string_view>

namespace windlass::chain {

struct Assignment {
  int line = 0;  ///< from 1; 0 when the file has none
  std::string
      text;  ///< the value's first string literal, without quotes; empty when there is none on that line
};

/// The first assignment to the module's variable `name` ("revision = 'x'", "revision: str = 'x'"),
/// outside docstrings.
Assignment find_assignment(std::string_view source, std::string_view name);

}  // namespace windlass::chain
