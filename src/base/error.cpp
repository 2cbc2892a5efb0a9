#include "base/error.h"

#include <fmt/core.h>

#include <system_error>

#include "base/location.h"

namespace windlass::base {

std::string describe(const Error& error) {
  std::string text = fmt::format("could not {}", error.attempted);
  if (!error.on.empty()) text += fmt::format(" ({})", error.on);
  if (!error.got.empty()) text += fmt::format(": {}", error.got);
  if (!error.hint.empty()) text += fmt::format("\nHINT: {}", error.hint);
  return text;
}

std::string system_error_text(int code) { return std::generic_category().message(code); }

std::string to_string(const Location& location) {
  if (location.line <= 0) return location.file;
  return fmt::format("{}:{}", location.file, location.line);
}

}  // namespace windlass::base
