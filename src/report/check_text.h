// A check as a person reads it: the cause first, then the evidence, then what to do.
#pragma once

#include <string>

#include "report/check_report.h"

namespace windlass::report {

struct TextStyle {
  bool colour = false;
  size_t width = 96;
  bool verbose = false;  ///< with the tool's own output
};

std::string check_text(const CheckReport& report, const TextStyle& style);

/// `text` broken into lines of at most `width` columns, each led by `indent`; words are never cut.
std::string wrapped(const std::string& text, const std::string& indent, size_t width);

}  // namespace windlass::report
