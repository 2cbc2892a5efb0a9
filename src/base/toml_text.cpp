#include "base/toml_text.h"

#include <algorithm>

namespace windlass::base {

namespace {

constexpr std::string_view kBlank = " \t";

bool begins_key(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '"' || c == '\'';
}

bool is_bad_header(std::string_view line) {
  const auto skip_blank = [&] { line.remove_prefix(std::min(line.find_first_not_of(kBlank), line.size())); };
  skip_blank();
  if (!line.starts_with('[')) return false;
  line.remove_prefix(line.starts_with("[[") ? 2 : 1);
  skip_blank();
  return line.empty() || !begins_key(line.front());
}

}  // namespace

int line_of_bad_toml_header(std::string_view text) {
  for (int number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (is_bad_header(text.substr(0, end))) return number;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return 0;
}

}  // namespace windlass::base
