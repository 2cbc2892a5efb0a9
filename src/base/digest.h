// SHA-256, as "sha256:<64 hexadecimal digits>".
#pragma once

#include <string>
#include <string_view>

namespace windlass::base {

/// FIPS 180-4 SHA-256 of `bytes`, with the "sha256:" prefix the formats use.
std::string sha256(std::string_view bytes);

/// Lower-case hexadecimal of `bytes`.
std::string to_hex(std::string_view bytes);

/// `count` bytes from the system's cryptographic random source, in hexadecimal (2 * count digits).
std::string random_hex(size_t count);

}  // namespace windlass::base
