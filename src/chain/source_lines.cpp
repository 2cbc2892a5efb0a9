#include "chain/source_lines.h"

namespace windlass::chain {

namespace {

/// Where the value begins when `line` assigns to `name`; npos otherwise.
size_t value_start(std::string_view line, std::string_view name) {
  if (!line.starts_with(name)) return std::string_view::npos;
  size_t at = name.size();
  const auto skip_blanks = [&] {
    while (at < line.size() && (line[at] == ' ' || line[at] == '\t')) ++at;
  };
  skip_blanks();
  if (at < line.size() && line[at] == ':') {
    // An annotation may hold '=' only in quotes, which no one writes here.
    at = line.find('=', at);
    if (at == std::string_view::npos) return at;
  }
  if (at >= line.size() || line[at] != '=') return std::string_view::npos;
  if (at + 1 < line.size() && line[at + 1] == '=') return std::string_view::npos;
  ++at;
  skip_blanks();
  return at;
}

std::string first_literal(std::string_view value) {
  const size_t open = value.find_first_of("'\"");
  const size_t comment = value.find('#');
  if (open == std::string_view::npos || comment < open) return {};
  const size_t close = value.find(value[open], open + 1);
  if (close == std::string_view::npos) return {};
  return std::string(value.substr(open + 1, close - open - 1));
}

/// Follows triple-quoted strings over the line; `open` is the quote of the one that is open, or 0.
void follow_strings(std::string_view line, char& open) {
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool triple =
        (c == '"' || c == '\'') && i + 2 < line.size() && line[i + 1] == c && line[i + 2] == c;
    if (open != 0) {
      if (c == '\\') {
        ++i;
      } else if (triple && c == open) {
        open = 0;
        i += 2;
      }
    } else if (triple) {
      open = c;
      i += 2;
    } else if (c == '#') {
      return;
    } else if (c == '"' || c == '\'') {
      // A short string: it ends on its line.
      for (++i; i < line.size() && line[i] != c; ++i)
        if (line[i] == '\\') ++i;
    }
  }
}

}  // namespace

Assignment find_assignment(std::string_view source, std::string_view name) {
  if (source.starts_with("\xef\xbb\xbf")) source.remove_prefix(3);
  char open = 0;
  int number = 0;
  while (!source.empty()) {
    const size_t end = source.find('\n');
    const std::string_view line = source.substr(0, end);
    ++number;
    if (open == 0)
      if (const size_t at = value_start(line, name); at != std::string_view::npos)
        return {number, first_literal(line.substr(at))};
    follow_strings(line, open);
    if (end == std::string_view::npos) break;
    source.remove_prefix(end + 1);
  }
  return {};
}

}  // namespace windlass::chain
