#include "fix/fixed.h"

#include <algorithm>

namespace windlass::fix {

std::string Fixed::verdict() const {
  if (findings.empty()) return "nothing";
  return left == 0 && instructions.empty() && could_look ? "fixed" : "partly";
}

void Fixed::change(const std::string& file, const std::vector<edit::Edit>& edits, const std::string& before,
                   const std::string& after, bool is_new) {
  const auto at =
      std::lower_bound(files.begin(), files.end(), file,
                       [](const FileChange& each, const std::string& name) { return each.file < name; });
  if (at == files.end() || at->file != file) {
    files.insert(at, {file, before, after, edits, is_new});
    return;
  }
  at->after = after;
  at->edits = edit::composed(at->before, at->edits, edits).value_or(at->edits);
}

}  // namespace windlass::fix
