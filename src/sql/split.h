// Cuts a string of SQL into the statements the server will see in it.
//
// It goes by psql's rule (quotes, comments, parentheses, BEGIN ATOMIC bodies)
// and not by a parser: text of any server version is cut, and a string of
// many megabytes costs no tree. Positions count bytes.
#pragma once

#include <string_view>
#include <vector>

namespace windlass::sql {

struct StatementSpan {
  size_t start = 0;   ///< of the first byte that is no white space (comments before a statement belong to it)
  size_t length = 0;  ///< without the semicolon and trailing white space

  std::string_view in(std::string_view text) const { return text.substr(start, length); }
  bool operator==(const StatementSpan&) const = default;
};

/// The statements of `text`. Parts without a statement (blanks, comments) are
/// left out, as the server leaves them out.
std::vector<StatementSpan> split(std::string_view text);

}  // namespace windlass::sql
