#include "report/text_style.h"

#include "base/printable.h"
#include "base/text.h"

namespace windlass::report {

std::string wrapped(const std::string& text, const std::string& indent, size_t width) {
  std::string result, line = indent;
  bool empty = true;
  for (const std::string& word : base::split(text, ' ')) {
    if (word.empty()) continue;
    if (!empty && base::display_width(line) + 1 + base::display_width(word) > width) {
      result += line + "\n";
      line = indent;
      empty = true;
    }
    if (!empty) line += ' ';
    line += word;
    empty = false;
  }
  return result + line + "\n";
}

}  // namespace windlass::report
