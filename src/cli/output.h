// Where results go: standard output or --output FILE.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "cli/options.h"
#include "report/text_style.h"

namespace windlass::cli {

/// Writes `text` to `file`, or to standard output when it is empty.
base::Result<void> write_result(const std::string& file, std::string_view text);

/// Whether to colour what goes to descriptor `fd`: a terminal, no NO_COLOR, no --no-color, not TERM=dumb.
bool use_colour(int fd, bool no_color);

/// How text for people is set where it goes: to a terminal, or to a file.
report::TextStyle text_style(const OutputOptions& output);

/// Columns of the terminal, between 60 and 120; 96 when it is none.
size_t output_width(int fd);

}  // namespace windlass::cli
