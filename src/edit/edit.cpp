#include "edit/edit.h"

#include <fmt/core.h>

#include <algorithm>

namespace windlass::edit {

std::vector<Edit> sorted(std::vector<Edit> edits) {
  std::stable_sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
  });
  return edits;
}

base::Result<std::string> edited(std::string_view text, std::vector<Edit> edits) {
  edits = sorted(std::move(edits));
  std::string out;
  size_t at = 0;
  for (const Edit& edit : edits) {
    if (edit.begin < at || edit.end < edit.begin || edit.end > text.size())
      return base::fail({"edit a text", fmt::format("bytes {} to {}", edit.begin, edit.end),
                         edit.begin < at ? "another edit has changed them already" : "they lie outside of it",
                         "", base::Exit::Defect});
    out += text.substr(at, edit.begin - at);
    out += edit.text;
    at = edit.end;
  }
  out += text.substr(at);
  return out;
}

size_t moved(size_t position, const std::vector<Edit>& edits) {
  size_t now = position;
  for (const Edit& edit : sorted(edits)) {
    if (edit.begin > position || (edit.begin == position && edit.end > position)) break;
    if (edit.end > position) return now - (position - edit.begin);
    now += edit.text.size();
    now -= edit.end - edit.begin;
  }
  return now;
}

}  // namespace windlass::edit
