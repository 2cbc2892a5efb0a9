// Comments that suppress, in any bytes taken for Python and for SQL: what is found stands where it says.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "diagnose/suppress_comment.h"

using namespace windlass::diagnose;

static void look(const std::vector<SuppressComment>& comments, std::string_view text) {
  const auto lines = std::count(text.begin(), text.end(), '\n') + 1;
  for (const SuppressComment& comment : comments) {
    if (comment.line < 1 || comment.line > lines) std::abort();
    if (text.find(comment.text) == std::string_view::npos) std::abort();
  }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  look(python_comments(text).comments, text);
  look(sql_comments(text), text);
  return 0;
}
