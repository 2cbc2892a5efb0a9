#include "wire/tag.h"

#include <charconv>

namespace windlass::wire {

std::optional<int64_t> rows_of(std::string_view tag) {
  const size_t blank = tag.rfind(' ');
  if (blank == std::string_view::npos || blank + 1 == tag.size()) return std::nullopt;
  const char* const begin = tag.data() + blank + 1;
  const char* const end = tag.data() + tag.size();
  int64_t rows = 0;
  const auto [at, error] = std::from_chars(begin, end, rows);
  if (error != std::errc() || at != end || rows < 0) return std::nullopt;
  return rows;
}

}  // namespace windlass::wire
