#include "wire/framer.h"

#include <algorithm>

#include "wire/bytes.h"

namespace windlass::wire {

std::optional<Piece> Framer::next(std::string_view& bytes) {
  if (broken_) return std::nullopt;
  Piece piece;
  if (left_ == 0) {
    wanted_ = kHeaderSize;
    if (bytes.size() < kHeaderSize) return std::nullopt;
    const uint32_t length = load_u32(bytes.data() + 1);
    if (length < 4 || length > kMaxLength) {
      broken_ = true;
      return std::nullopt;
    }
    const char kind = bytes[0];
    const uint32_t size = length + 1;
    const Hold hold = policy_(kind);
    wanted_ = size <= hold.whole ? size : std::min(size, std::max<uint32_t>(hold.head, kHeaderSize));
    if (bytes.size() < wanted_) return std::nullopt;
    kind_ = kind;
    size_ = left_ = size;
    piece.first = true;
  } else if (bytes.empty()) {
    wanted_ = 1;
    return std::nullopt;
  }
  const auto count = static_cast<uint32_t>(std::min<size_t>(left_, bytes.size()));
  left_ -= count;
  piece.kind = kind_;
  piece.size = size_;
  piece.bytes = bytes.substr(0, count);
  piece.last = left_ == 0;
  bytes.remove_prefix(count);
  return piece;
}

}  // namespace windlass::wire
