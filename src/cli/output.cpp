#include "cli/output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/file.h"

namespace windlass::cli {

base::Result<void> write_result(const std::string& file, std::string_view text) {
  if (!file.empty()) return base::write_file(file, text);
  while (!text.empty()) {
    const ssize_t n = ::write(STDOUT_FILENO, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      // A reader that has enough (head, less) is no failure.
      if (errno == EPIPE) return {};
      return base::fail({"write the result", "standard output", base::system_error_text(errno), "",
                         base::Exit::CouldNotLook});
    }
    text.remove_prefix(static_cast<size_t>(n));
  }
  return {};
}

bool use_colour(int fd, bool no_color) {
  const char* variable = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  if (no_color || (variable != nullptr && *variable != '\0')) return false;
  if (term == nullptr || std::strcmp(term, "dumb") == 0) return false;
  return ::isatty(fd) == 1;
}

size_t output_width(int fd) {
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 96;
  return std::clamp<size_t>(size.ws_col, 60, 120);
}

report::TextStyle text_style(const OutputOptions& output) {
  const bool to_terminal = output.output.empty();
  return {to_terminal && use_colour(STDOUT_FILENO, output.no_color),
          to_terminal ? output_width(STDOUT_FILENO) : 96, output.verbose};
}

}  // namespace windlass::cli
