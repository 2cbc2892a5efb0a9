// The recording reader: what it takes, it writes again, and reads the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "record/recording_json.h"

using namespace windlass::record;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto document = read_recording({reinterpret_cast<const char*>(data), size}, "fuzz");
  if (!document) return 0;
  const std::string once = to_json(*document);
  const auto again = read_recording(once, "again");
  if (!again || to_json(*again) != once) std::abort();
  return 0;
}
