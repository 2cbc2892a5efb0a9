// Whole messages of the protocol, put together.
#pragma once

#include <string>
#include <string_view>

#include "wire/bytes.h"
#include "wire/kind.h"

namespace windlass::record {

inline std::string message(char kind, std::string_view body) {
  std::string bytes;
  wire::append_message(bytes, kind, body);
  return bytes;
}

/// One whose body is one text.
inline std::string text_message(char kind, std::string_view text) {
  std::string body;
  wire::append_text(body, text);
  return message(kind, body);
}

inline std::string sync_message() { return message(wire::front::kSync, ""); }
inline std::string ready_message(char status) {
  return message(wire::back::kReadyForQuery, std::string(1, status));
}

}  // namespace windlass::record
