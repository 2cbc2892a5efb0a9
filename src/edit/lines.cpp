#include "edit/lines.h"

#include <algorithm>

namespace windlass::edit {

Lines::Lines(std::string_view text) : text_(text), starts_{0} {
  for (size_t i = 0; i < text.size(); ++i) {
    const bool pair = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
    if ((text[i] == '\n' || (text[i] == '\r' && !pair)) && i + 1 < text.size()) starts_.push_back(i + 1);
  }
}

size_t Lines::start(int number) const {
  return number >= 1 && static_cast<size_t>(number) <= starts_.size()
             ? starts_[static_cast<size_t>(number) - 1]
             : text_.size();
}

std::string_view Lines::line(int number) const {
  const size_t begin = start(number);
  return text_.substr(begin, end(number) - begin);
}

int Lines::line_at(size_t position) const {
  return static_cast<int>(std::upper_bound(starts_.begin(), starts_.end(), position) - starts_.begin());
}

Position Lines::position_at(size_t position) const {
  Position result;
  result.line = line_at(position);
  const std::string_view before = text_.substr(start(result.line), position - start(result.line));
  result.column = 1 + static_cast<int>(std::count_if(before.begin(), before.end(), [](char c) {
                    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
                  }));
  return result;
}

std::string_view line_ending(std::string_view text) {
  const size_t at = text.find_first_of("\r\n");
  if (at == std::string_view::npos || text[at] == '\n') return "\n";
  return at + 1 < text.size() && text[at + 1] == '\n' ? "\r\n" : "\r";
}

std::string_view indentation_at(std::string_view text, size_t position) {
  size_t begin = std::min(position, text.size());
  while (begin > 0 && text[begin - 1] != '\n' && text[begin - 1] != '\r') --begin;
  size_t end = begin;
  while (end < text.size() && (text[end] == ' ' || text[end] == '\t')) ++end;
  return text.substr(begin, end - begin);
}

}  // namespace windlass::edit
