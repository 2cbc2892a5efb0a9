// Reading and writing the protocol's integers and strings.
//
// Invariant: a Reader never looks past its bytes. Lengths are checked by
// subtraction from what is left, never by adding to an offset, so a hostile
// length cannot wrap around. A failed read makes the reader fail for good.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace windlass::wire {

class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}

  bool ok() const { return ok_; }
  size_t left() const { return left_.size(); }
  std::string_view rest() const { return left_; }

  uint8_t u8() { return static_cast<uint8_t>(integer(1)); }
  uint16_t u16() { return static_cast<uint16_t>(integer(2)); }
  uint32_t u32() { return integer(4); }

  /// Exactly `count` bytes; empty and failed when there are fewer.
  std::string_view bytes(size_t count) {
    if (!ok_ || count > left_.size()) return fail();
    const std::string_view result = left_.substr(0, count);
    left_.remove_prefix(count);
    return result;
  }

  /// A string up to its NUL, which is consumed and not returned.
  std::string_view text() {
    const size_t end = ok_ ? left_.find('\0') : std::string_view::npos;
    if (end == std::string_view::npos) return fail();
    const std::string_view result = left_.substr(0, end);
    left_.remove_prefix(end + 1);
    return result;
  }

 private:
  uint32_t integer(size_t count) {
    uint32_t value = 0;
    for (const char c : bytes(count)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
  }
  std::string_view fail() {
    ok_ = false;
    left_ = {};
    return {};
  }

  std::string_view left_;
  bool ok_ = true;
};

/// The big-endian number in the four bytes at `at`.
inline uint32_t load_u32(const char* at) {
  const auto byte = [at](int i) { return static_cast<uint32_t>(static_cast<unsigned char>(at[i])); };
  return byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3);
}

inline void store_u32(char* at, uint32_t value) {
  for (int i = 0; i < 4; ++i) at[i] = static_cast<char>(value >> (24 - 8 * i) & 0xff);
}

inline void append_u32(std::string& out, uint32_t value) {
  char bytes[4];
  store_u32(bytes, value);
  out.append(bytes, 4);
}

/// A string and its NUL.
inline void append_text(std::string& out, std::string_view text) {
  out.append(text);
  out.push_back('\0');
}

/// A whole message: kind, length, body.
inline void append_message(std::string& out, char kind, std::string_view body) {
  out.push_back(kind);
  append_u32(out, static_cast<uint32_t>(body.size() + 4));
  out.append(body);
}

}  // namespace windlass::wire
