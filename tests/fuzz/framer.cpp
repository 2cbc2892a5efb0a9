// The framer on any bytes in any cuts: the pieces join to the bytes it was given.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "wire/framer.h"

using namespace windlass::wire;

static Hold policy(char kind) {
  if (kind == 'Q') return {256, 32};
  if (kind == 'N') return {1u << 16, 64};
  return {};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const size_t step = data[0] + 1u;
  const std::string stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  Framer framer(policy);
  std::string buffer, joined;
  for (size_t at = 0; at < stream.size(); at += step) {
    buffer.append(stream, at, step);
    std::string_view bytes = buffer;
    while (const auto piece = framer.next(bytes)) joined.append(piece->bytes);
    buffer = std::string(bytes);
  }
  if (joined + buffer != stream) std::abort();
  return 0;
}
