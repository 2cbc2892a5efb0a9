#include "base/printable.h"

#include <fmt/core.h>

#include "base/text.h"

namespace windlass::base {

namespace {

/// The character at `at` of valid UTF-8, which is moved behind it.
char32_t next_character(std::string_view text, size_t& at) {
  const auto byte = static_cast<unsigned char>(text[at++]);
  if (byte < 0x80) return byte;
  const int more = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
  char32_t character = byte & (0x3f >> more);
  for (int i = 0; i < more && at < text.size(); ++i)
    character = (character << 6) | (static_cast<unsigned char>(text[at++]) & 0x3f);
  return character;
}

/// Whether a terminal might obey it instead of showing it.
bool is_unsafe(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200e && c <= 0x200f) ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

std::string escape(char32_t c) {
  if (c == '\n') return "\\n";
  if (c == '\r') return "\\r";
  if (c == '\t') return "\\t";
  const auto code = static_cast<unsigned>(c);
  return c < 0x100 ? fmt::format("\\x{:02x}", code) : fmt::format("\\u{:04x}", code);
}

std::string shown(std::string_view raw, bool keep_lines) {
  const std::string text = valid_utf8(raw);
  std::string out;
  out.reserve(text.size());
  size_t column = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t start = at;
    const char32_t c = next_character(text, at);
    if (keep_lines && c == '\n') {
      out += '\n';
      column = 0;
    } else if (keep_lines && c == '\r' && at < text.size() && text[at] == '\n') {
      continue;
    } else if (keep_lines && c == '\t') {
      do out += ' ';
      while (++column % 4 != 0);
    } else if (is_unsafe(c)) {
      const std::string escaped = escape(c);
      out += escaped;
      column += escaped.size();
    } else {
      out.append(text, start, at - start);
      ++column;
    }
  }
  return out;
}

bool is_wide(char32_t c) {
  return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3) ||
         (c >= 0xf900 && c <= 0xfaff) || (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
         (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x3fffd);
}

bool is_combining(char32_t c) {
  return (c >= 0x300 && c <= 0x36f) || (c >= 0x1ab0 && c <= 0x1aff) || (c >= 0x20d0 && c <= 0x20ff) ||
         (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0x200b && c <= 0x200d);
}

}  // namespace

std::string printable(std::string_view text) { return shown(text, false); }

std::string printable_lines(std::string_view text) { return shown(text, true); }

size_t display_width(std::string_view raw) {
  const std::string text = valid_utf8(raw);
  size_t width = 0;
  for (size_t at = 0; at < text.size();) {
    const char32_t c = next_character(text, at);
    if (!is_combining(c)) width += is_wide(c) ? 2 : 1;
  }
  return width;
}

}  // namespace windlass::base
