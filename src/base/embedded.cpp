#include "base/embedded.h"

namespace windlass::base {

std::string_view embedded_text(std::span<const Embedded> files, std::string_view suffix) {
  for (const Embedded& file : files)
    if (file.path.ends_with(suffix)) return file.text;
  return {};
}

}  // namespace windlass::base
