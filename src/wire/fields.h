// The fields of ErrorResponse and NoticeResponse.
#pragma once

#include <string>
#include <string_view>

namespace windlass::wire {

/// Calls `use(code, value)` for each field of the body. A body that was cut
/// gives the fields that are whole, and what there is of the last one.
template <typename Use>
void each_field(std::string_view body, Use use) {
  while (!body.empty() && body[0] != '\0') {
    const char code = body[0];
    body.remove_prefix(1);
    const size_t end = body.find('\0');
    use(code, body.substr(0, end));
    if (end == std::string_view::npos) return;
    body.remove_prefix(end + 1);
  }
}

/// One field's value; empty when absent.
std::string_view field(std::string_view body, char code);

/// A whole ErrorResponse: severity, SQLSTATE, message, hint (left out when empty).
std::string encode_error(std::string_view severity, std::string_view sqlstate, std::string_view message,
                         std::string_view hint = {});

}  // namespace windlass::wire
