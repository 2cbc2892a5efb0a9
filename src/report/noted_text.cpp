#include "report/noted_text.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/printable.h"

namespace windlass::report {

std::string noted_object(const catalog::Noted& noted) {
  return base::printable(noted.object.name.empty() ? noted.object.kind : to_string(noted.object));
}

void add_noted(std::string& text, const char* head, const std::vector<catalog::Noted>& all,
               const TextStyle& style, const Paint& paint) {
  if (all.empty()) return;
  text += "\n" + paint.bold(head) + "\n";
  const size_t told = style.verbose ? all.size() : std::min(all.size(), kTold / 2);
  for (size_t i = 0; i < told; ++i)
    text += wrapped(fmt::format("{}: {}", noted_object(all[i]), base::printable(all[i].reason)), "  ",
                    style.width);
  if (told < all.size()) text += fmt::format("  and {} more (--verbose)\n", all.size() - told);
}

}  // namespace windlass::report
