#include "edit/unified_diff.h"

#include <fmt/core.h>

#include <algorithm>

namespace windlass::edit {

namespace {

constexpr size_t kContext = 3;

/// Each with its \n; the last one may have none.
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

/// Lines `a_begin` to `a_end` of the old text become `b_begin` to `b_end` of the new one; from 0.
struct Change {
  size_t a_begin = 0, a_end = 0, b_begin = 0, b_end = 0;
};

void put(std::string& out, char sign, std::string_view line) {
  out += sign;
  out += line;
  if (!line.ends_with('\n')) out += "\n\\ No newline at end of file\n";
}

/// git's way to name a file in a header: in quotes where it has other than plain characters.
std::string header_name(std::string_view side, std::string_view name) {
  std::string plain = std::string(side) + std::string(name);
  const bool quote = std::any_of(plain.begin(), plain.end(), [](char c) {
    return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  if (!quote) return plain;
  std::string out = "\"";
  for (const char c : plain) {
    if (c == '"' || c == '\\')
      out += {'\\', c};
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      out += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
    else
      out += c;
  }
  return out + "\"";
}

std::string range(size_t begin, size_t end) {
  // An empty range is named by the line before it.
  const size_t count = end - begin;
  if (count == 1) return fmt::format("{}", begin + 1);
  return fmt::format("{},{}", count == 0 ? begin : begin + 1, count);
}

/// Takes the lines that are the same at both ends out of it.
void narrow(Change& change, const std::vector<std::string_view>& a, const std::vector<std::string_view>& b) {
  while (change.a_begin < change.a_end && change.b_begin < change.b_end &&
         a[change.a_begin] == b[change.b_begin])
    ++change.a_begin, ++change.b_begin;
  while (change.a_begin < change.a_end && change.b_begin < change.b_end &&
         a[change.a_end - 1] == b[change.b_end - 1])
    --change.a_end, --change.b_end;
}

/// The lines that the edits touch, in order; those of one line are one change.
std::vector<Change> changes_of(std::string_view text, const std::vector<Edit>& edits,
                               const std::vector<std::string_view>& a,
                               const std::vector<std::string_view>& b, std::string_view changed) {
  const auto line_begin = [](std::string_view of, size_t at) {
    const size_t before = at == 0 ? std::string_view::npos : of.rfind('\n', at - 1);
    return before == std::string_view::npos ? size_t{0} : before + 1;
  };
  const auto line_end = [](std::string_view of, size_t at) {
    const size_t end = of.find('\n', at);
    return end == std::string_view::npos ? of.size() : end + 1;
  };
  const auto number = [](std::string_view of, size_t at) {
    return static_cast<size_t>(
        std::count(of.begin(), of.begin() + static_cast<std::ptrdiff_t>(at), '\n') +
        (at == of.size() && !of.empty() && of.back() != '\n' ? 1 : 0));
  };
  std::vector<Change> changes;
  std::ptrdiff_t shift = 0;
  for (const Edit& edit : edits) {
    const size_t new_begin = static_cast<size_t>(static_cast<std::ptrdiff_t>(edit.begin) + shift);
    const size_t new_end = new_begin + edit.text.size();
    shift += static_cast<std::ptrdiff_t>(edit.text.size()) - static_cast<std::ptrdiff_t>(edit.end - edit.begin);
    // Whole lines on both sides: up to a line's end that both have.
    Change change;
    change.a_begin = number(text, line_begin(text, edit.begin));
    change.a_end = number(text, line_end(text, edit.end));
    change.b_begin = number(changed, line_begin(changed, new_begin));
    change.b_end = number(changed, line_end(changed, new_end));
    if (!changes.empty() && change.a_begin <= changes.back().a_end) {
      changes.back().a_end = std::max(changes.back().a_end, change.a_end);
      changes.back().b_end = std::max(changes.back().b_end, change.b_end);
    } else {
      changes.push_back(change);
    }
  }
  for (Change& change : changes) narrow(change, a, b);
  std::erase_if(changes, [](const Change& change) {
    return change.a_begin == change.a_end && change.b_begin == change.b_end;
  });
  return changes;
}

}  // namespace

base::Result<std::string> unified_diff(std::string_view text, const std::vector<Edit>& edits,
                                       std::string_view name) {
  const std::string changed = WINDLASS_TRY(edited(text, edits));
  if (changed == text) return std::string();
  const std::vector<std::string_view> a = lines_of(text), b = lines_of(changed);
  const std::vector<Change> changes = changes_of(text, sorted(edits), a, b, changed);

  std::string out =
      fmt::format("--- {}\n+++ {}\n", header_name("a/", name), header_name("b/", name));
  for (size_t first = 0; first < changes.size();) {
    size_t last = first;
    while (last + 1 < changes.size() && changes[last + 1].a_begin <= changes[last].a_end + 2 * kContext) ++last;
    const size_t before = std::min(kContext, changes[first].a_begin);
    const size_t after = std::min(kContext, a.size() - changes[last].a_end);
    out += fmt::format("@@ -{} +{} @@\n", range(changes[first].a_begin - before, changes[last].a_end + after),
                       range(changes[first].b_begin - before, changes[last].b_end + after));
    size_t at = changes[first].a_begin - before;
    for (size_t i = first; i <= last; ++i) {
      for (; at < changes[i].a_begin; ++at) put(out, ' ', a[at]);
      for (; at < changes[i].a_end; ++at) put(out, '-', a[at]);
      for (size_t line = changes[i].b_begin; line < changes[i].b_end; ++line) put(out, '+', b[line]);
    }
    for (size_t end = at + after; at < end; ++at) put(out, ' ', a[at]);
    first = last + 1;
  }
  return out;
}

std::string new_file_diff(std::string_view text, std::string_view name) {
  const std::vector<std::string_view> lines = lines_of(text);
  std::string out = fmt::format("--- /dev/null\n+++ {}\n", header_name("b/", name));
  if (lines.empty()) return out;
  out += fmt::format("@@ -0,0 +{} @@\n", range(0, lines.size()));
  for (const std::string_view line : lines) put(out, '+', line);
  return out;
}

}  // namespace windlass::edit
