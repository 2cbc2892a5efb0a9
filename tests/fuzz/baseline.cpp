// A baseline file of any bytes: read or refused, and what is read can be asked for.
#include "report/baseline.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto baseline = windlass::report::parse_baseline(text, "known.json");
  if (!baseline && baseline.error().got.empty()) std::abort();  // a refusal says why
  return 0;
}
