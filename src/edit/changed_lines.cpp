#include "edit/changed_lines.h"

#include <algorithm>

namespace windlass::edit {

namespace {

/// Takes the lines that are the same at both ends out of it.
void narrow(ChangedLines& change, const std::vector<std::string_view>& a,
            const std::vector<std::string_view>& b) {
  while (change.a_begin < change.a_end && change.b_begin < change.b_end &&
         a[change.a_begin] == b[change.b_begin])
    ++change.a_begin, ++change.b_begin;
  while (change.a_begin < change.a_end && change.b_begin < change.b_end &&
         a[change.a_end - 1] == b[change.b_end - 1])
    --change.a_end, --change.b_end;
}

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const size_t length = end == std::string_view::npos ? text.size() : end + 1;
    lines.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return lines;
}

std::vector<ChangedLines> changed_lines(std::string_view text, const std::vector<Edit>& edits,
                                        std::string_view changed) {
  const std::vector<std::string_view> a = lines_of(text), b = lines_of(changed);
  const auto line_begin = [](std::string_view of, size_t at) {
    const size_t before = at == 0 ? std::string_view::npos : of.rfind('\n', at - 1);
    return before == std::string_view::npos ? size_t{0} : before + 1;
  };
  const auto line_end = [](std::string_view of, size_t at) {
    const size_t end = of.find('\n', at);
    return end == std::string_view::npos ? of.size() : end + 1;
  };
  const auto number = [](std::string_view of, size_t at) {
    return static_cast<size_t>(std::count(of.begin(), of.begin() + static_cast<std::ptrdiff_t>(at), '\n') +
                               (at == of.size() && !of.empty() && of.back() != '\n' ? 1 : 0));
  };
  std::vector<ChangedLines> changes, whole;  // `whole`: before what is the same at their ends was taken out
  std::ptrdiff_t shift = 0;
  for (const Edit& edit : edits) {
    const size_t new_begin = static_cast<size_t>(static_cast<std::ptrdiff_t>(edit.begin) + shift);
    const size_t new_end = new_begin + edit.text.size();
    shift +=
        static_cast<std::ptrdiff_t>(edit.text.size()) - static_cast<std::ptrdiff_t>(edit.end - edit.begin);
    // Whole lines on both sides: up to a line's end that both have.
    ChangedLines change;
    change.a_begin = number(text, line_begin(text, edit.begin));
    change.a_end = number(text, line_end(text, edit.end));
    change.b_begin = number(changed, line_begin(changed, new_begin));
    change.b_end = number(changed, line_end(changed, new_end));
    const ChangedLines all = change;
    narrow(change, a, b);
    if (!changes.empty() && change.a_begin <= changes.back().a_end) {
      // An end that one of them shares with the other side is none of both: they are put together whole.
      whole.back().a_end = std::max(whole.back().a_end, all.a_end);
      whole.back().b_end = std::max(whole.back().b_end, all.b_end);
      changes.back() = whole.back();
    } else {
      changes.push_back(change);
      whole.push_back(all);
    }
  }
  for (ChangedLines& change : changes) narrow(change, a, b);
  std::erase_if(changes, [](const ChangedLines& change) {
    return change.a_begin == change.a_end && change.b_begin == change.b_end;
  });
  return changes;
}

}  // namespace windlass::edit
