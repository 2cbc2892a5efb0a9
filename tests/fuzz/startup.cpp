// The first packet, the fields of errors, and the messages of the extended protocol.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "wire/extended.h"
#include "wire/fields.h"
#include "wire/scram.h"
#include "wire/startup.h"
#include "wire/tag.h"

using namespace windlass::wire;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto packet = parse_first_packet(bytes)) {
    if (const auto* startup = std::get_if<Startup>(&*packet))
      if (encode(*startup).substr(4) != bytes) std::abort();
  }
  parse_parse(bytes);
  parse_bind_head(bytes);
  parse_bind_values(bytes);
  parse_target(bytes);
  parse_execute(bytes);
  parse_parameter_description(bytes);
  each_field(bytes, [](char, std::string_view) {});
  rows_of(bytes);
  ScramServer scram("password", "salt", "nonce", 1);
  const size_t half = bytes.find('\0');
  if (scram.first(bytes.substr(0, half)) && half != std::string_view::npos)
    static_cast<void>(scram.final(bytes.substr(half + 1)));
  return 0;
}
