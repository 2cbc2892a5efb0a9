// A snapshot's file of any bytes: read or refused, and what is read is written as it was.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "catalog/snapshot_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = windlass::catalog::parse_snapshot(text, "any.json");
  if (!read) {
    if (read.error().got.empty()) std::abort();  // a refusal says why
    return 0;
  }
  const auto again = windlass::catalog::parse_snapshot(windlass::catalog::snapshot_json(*read), "any.json");
  if (!again || again->snapshot.facts.size() != read->snapshot.facts.size()) std::abort();
  if (again->statements.has_value() != read->statements.has_value()) std::abort();
  if (read->statements && (again->statements->sql != read->statements->sql ||
                           again->statements->left_out != read->statements->left_out))
    std::abort();
  return 0;
}
