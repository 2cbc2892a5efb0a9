// Text of any bytes as UTF-8 that can be told apart.
#pragma once

#include <string>
#include <string_view>

namespace windlass::base {

/// As valid_utf8(), but different text stays different: behind U+FFFD stands the byte ("caf\ufffde9"). U+FFFD
/// itself is written so, too, each of its bytes.
std::string spelled_utf8(std::string_view text);

}  // namespace windlass::base
