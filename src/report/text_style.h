// How text for people is set: width, colours, line breaks.
#pragma once

#include <fmt/core.h>

#include <string>

namespace windlass::report {

struct TextStyle {
  bool colour = false;
  size_t width = 96;
  bool verbose = false;  ///< with the tool's own output
};

/// `text` broken into lines of at most `width` columns, each led by `indent`; words are never cut.
std::string wrapped(const std::string& text, const std::string& indent, size_t width);

/// SGR codes, or nothing.
class Paint {
 public:
  explicit Paint(bool on) : on_(on) {}
  std::string bold(const std::string& text) const { return with("1", text); }
  std::string red(const std::string& text) const { return with("1;31", text); }
  std::string yellow(const std::string& text) const { return with("1;33", text); }
  std::string green(const std::string& text) const { return with("1;32", text); }
  std::string dim(const std::string& text) const { return with("2", text); }

 private:
  std::string with(const char* code, const std::string& text) const {
    return on_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
  }
  bool on_;
};

}  // namespace windlass::report
