#include "report/noted_text.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/printable.h"

namespace windlass::report {

void add_noted(std::string& text, const char* head, const std::vector<catalog::Noted>& all,
               const TextStyle& style, const Paint& paint) {
  if (all.empty()) return;
  text += "\n" + paint.bold(head) + "\n";
  const size_t told = style.verbose ? all.size() : std::min(all.size(), kTold / 2);
  for (size_t i = 0; i < told; ++i)
    text += wrapped(
        fmt::format("{}: {}", base::printable(to_string(all[i].object)), base::printable(all[i].reason)),
        "  ", style.width);
  if (told < all.size()) text += fmt::format("  and {} more (--verbose)\n", all.size() - told);
}

}  // namespace windlass::report
