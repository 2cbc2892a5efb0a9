// Files carried inside the binary (src/ROOM/embed.txt, cmake/embed.cmake).
#pragma once

#include <span>
#include <string_view>

namespace windlass::base {

struct Embedded {
  std::string_view path;  ///< from the source root, as in embed.txt
  std::string_view text;
};

/// The text of the file whose path ends with `suffix`; empty when there is none.
std::string_view embedded_text(std::span<const Embedded> files, std::string_view suffix);

}  // namespace windlass::base
