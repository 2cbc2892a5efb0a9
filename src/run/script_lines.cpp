#include "run/script_lines.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace windlass::run {

namespace {

/// A text without white space and comments, and where each of its bytes stood.
struct Dense {
  std::string text;
  std::vector<size_t> from;
};

/// `--` and `/*` within a quoted text go, too: in the statement as in the file.
Dense dense(std::string_view text) {
  Dense result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) == "--") {
      i = std::min(text.find('\n', i), text.size());
    } else if (text.substr(i, 2) == "/*") {
      const size_t end = text.find("*/", i + 2);
      i = end == std::string_view::npos ? text.size() : end + 1;
    } else if (std::isspace(static_cast<unsigned char>(text[i])) == 0) {
      result.text.push_back(text[i]);
      result.from.push_back(i);
    }
  }
  return result;
}

}  // namespace

void name_lines(record::Recording& recording, const std::string& script, std::string_view text) {
  const Dense file = dense(text);
  size_t behind = 0;
  for (record::Statement& statement : recording.statements) {
    base::Location& at = statement.source.location;
    if (!at.file.empty()) continue;
    at = {script, 0, 0};
    const std::string wanted = dense(statement.text).text;
    if (wanted.empty()) continue;
    size_t found = file.text.find(wanted, behind);
    if (found == std::string::npos) found = file.text.find(wanted);
    if (found == std::string::npos) continue;
    behind = found + wanted.size();
    const auto start = text.begin() + static_cast<std::ptrdiff_t>(file.from[found]);
    at.line = static_cast<int>(std::count(text.begin(), start, '\n')) + 1;
  }
}

}  // namespace windlass::run
