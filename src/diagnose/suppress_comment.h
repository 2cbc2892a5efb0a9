// Comments that suppress a finding: `# windlass: ignore[CODE] REASON` in Python, `-- windlass: ignore[CODE]
// REASON` in the text of an SQL statement. Read as words; strings are no comments.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace windlass::diagnose {

struct SuppressComment {
  std::vector<std::string> codes;  ///< between the brackets; empty where there are none
  std::string reason;
  std::string text;  ///< as it stands, from its # or --
  int line = 0;      ///< of the text that was read, from 1
  int column = 0;
  /// Of Python: the first line of the statement that it speaks of: the one it stands in or behind, else the
  /// next one. 0 where none follows.
  int statement = 0;
  bool in_downgrade = false;  ///< inside the top-level function `downgrade`
};

/// Where the statements of a Python source begin, and its comments that suppress.
struct PythonComments {
  std::vector<SuppressComment> comments;
  std::vector<int>
      heads;  ///< heads[line]: the first line of the statement that `line` belongs to; 0: of none

  int head(int line) const {
    return line > 0 && static_cast<size_t>(line) < heads.size() ? heads[static_cast<size_t>(line)] : 0;
  }
};
PythonComments python_comments(std::string_view source);

/// Those in the text of one SQL statement, also in the body of a function or a DO block.
std::vector<SuppressComment> sql_comments(std::string_view statement);

}  // namespace windlass::diagnose
