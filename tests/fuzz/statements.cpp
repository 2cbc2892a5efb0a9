// Splitting and masking of any text.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sql/mask.h"
#include "sql/split.h"

using namespace windlass::sql;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  size_t last = 0;
  for (const StatementSpan& span : split(text)) {
    if (span.start < last || span.length == 0 || span.start + span.length > text.size()) std::abort();
    last = span.start + span.length;
  }
  mask(text);
  mask_fragment(text);
  mask_connection_string(text);
  return 0;
}
