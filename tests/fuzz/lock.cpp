// A lock of any bytes: read or refused; what is read is written as it was.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "lock/lock_text.h"
#include "lock/signature.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)windlass::lock::verify(text, "", "");
  const auto lock = windlass::lock::parse(text, "windlass.lock");
  if (!lock && lock.error().got.empty()) std::abort();  // a refusal says why
  return 0;
}
