#include "record/server_message.h"

#include <charconv>

#include "sql/mask.h"
#include "wire/fields.h"

namespace windlass::record {

namespace {

int number(std::string_view text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

ServerMessage read_server_message(std::string_view body, const base::Masker& masker) {
  ServerMessage message;
  const auto masked = [&masker](std::string_view value) {
    return masker.mask(sql::may_hold_secret(value) ? sql::mask_fragment(value) : std::string(value));
  };
  std::string_view plain_severity;
  wire::each_field(body, [&](char code, std::string_view value) {
    switch (code) {
      case 'S':
        plain_severity = value;
        break;
      case 'V':
        message.severity = value;
        break;
      case 'C':
        message.sqlstate = value;
        break;
      case 'M':
        message.message = masked(value);
        break;
      case 'D':
        message.detail = masked(value);
        break;
      case 'H':
        message.hint = masked(value);
        break;
      case 'W':
        message.where = masked(value);
        break;
      case 's':
        message.schema = value;
        break;
      case 't':
        message.table = value;
        break;
      case 'c':
        message.column = value;
        break;
      case 'd':
        message.data_type = value;
        break;
      case 'n':
        message.constraint = value;
        break;
      case 'q':
        message.internal_query = masked(value);
        break;
      case 'P':
        message.position = number(value);
        break;
      case 'p':
        message.internal_position = number(value);
        break;
      default:
        break;
    }
  });
  if (message.severity.empty()) message.severity = plain_severity;
  return message;
}

}  // namespace windlass::record
