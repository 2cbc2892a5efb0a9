#include "edit/unified_diff.h"

#include <fmt/core.h>

#include <algorithm>

#include "edit/changed_lines.h"

namespace windlass::edit {

namespace {

constexpr size_t kContext = 3;

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

}  // namespace

base::Result<std::string> unified_diff(std::string_view text, const std::vector<Edit>& edits,
                                       std::string_view name) {
  const std::string changed = WINDLASS_TRY(edited(text, edits));
  if (changed == text) return std::string();
  const std::vector<std::string_view> a = lines_of(text), b = lines_of(changed);
  const std::vector<ChangedLines> changes = changed_lines(text, sorted(edits), changed);

  std::string out = fmt::format("--- {}\n+++ {}\n", header_name("a/", name), header_name("b/", name));
  for (size_t first = 0; first < changes.size();) {
    size_t last = first;
    while (last + 1 < changes.size() && changes[last + 1].a_begin <= changes[last].a_end + 2 * kContext)
      ++last;
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

std::string diff_of_new(std::string_view text, std::string_view name) {
  const std::string diff = unified_diff("", {{0, 0, std::string(text)}}, name).value_or("");
  return diff.empty() ? diff : "--- /dev/null\n" + diff.substr(diff.find('\n') + 1);
}

}  // namespace windlass::edit
