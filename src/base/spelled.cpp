#include "base/spelled.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace windlass::base {

namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD
constexpr size_t kLongest = 4;                             // bytes of a character

/// The length of the character at the head of `text`, or 0 where no character is.
size_t character(std::string_view text) {
  for (size_t length = 1; length <= std::min(kLongest, text.size()); ++length)
    if (is_utf8(text.substr(0, length))) return length;
  return 0;
}

}  // namespace

std::string spelled_utf8(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const size_t length = character(text);
    const std::string_view head = text.substr(0, std::max(length, size_t{1}));
    text.remove_prefix(head.size());
    if (length > 0 && head != kReplacement) {
      result.append(head);
      continue;
    }
    for (const char byte : head)
      result += fmt::format("{}{:02x}", kReplacement, static_cast<unsigned char>(byte));
  }
  return result;
}

}  // namespace windlass::base
