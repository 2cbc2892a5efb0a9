#include "wire/fields.h"

#include "wire/bytes.h"
#include "wire/kind.h"

namespace windlass::wire {

std::string_view field(std::string_view body, char code) {
  std::string_view found;
  each_field(body, [&](char each, std::string_view value) {
    if (each == code && found.empty()) found = value;
  });
  return found;
}

std::string encode_error(std::string_view severity, std::string_view sqlstate, std::string_view message,
                         std::string_view hint) {
  std::string body;
  const auto add = [&body](char code, std::string_view value) {
    body.push_back(code);
    append_text(body, value);
  };
  add('S', severity);
  add('V', severity);
  add('C', sqlstate);
  add('M', message);
  if (!hint.empty()) add('H', hint);
  body.push_back('\0');
  std::string out;
  append_message(out, back::kErrorResponse, body);
  return out;
}

}  // namespace windlass::wire
