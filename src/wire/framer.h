// Cuts a stream of bytes into messages, or into pieces of messages too large
// to be held.
//
// Invariants: the pieces of one message, joined, are exactly its bytes, header
// included; any way of cutting the stream into buffers gives the same
// messages; no length makes the framer wait for more than its policy allows.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace windlass::wire {

constexpr size_t kHeaderSize = 5;
/// The server's own bound on a message (MaxAllocSize - 1).
constexpr uint32_t kMaxLength = 0x3fffffff;

/// A message, or a part of one.
struct Piece {
  char kind = 0;
  uint32_t size = 0;       ///< bytes of the whole message, header included
  std::string_view bytes;  ///< as on the wire; begins with the header when `first`
  bool first = false, last = false;

  bool whole() const { return first && last; }
  /// What follows the header; for a later piece all of it.
  std::string_view body() const { return first ? bytes.substr(kHeaderSize) : bytes; }
};

/// How much of a message of some kind must stand together before it is handed out.
struct Hold {
  uint32_t whole = 0;  ///< a message of at most this many bytes comes in one piece
  uint32_t head = 0;   ///< the first piece of a larger one has at least this many
};

class Framer {
 public:
  using Policy = Hold (*)(char kind);
  explicit Framer(Policy policy) : policy_(policy) {}

  /// The next piece at the front of `bytes`, which is taken off them; nullopt
  /// when more bytes are needed (see wanted()) or the stream is broken.
  std::optional<Piece> next(std::string_view& bytes);

  /// The bytes that must stand together for the next piece.
  size_t wanted() const { return wanted_; }
  /// An impossible length was met: nothing after it can be understood.
  bool broken() const { return broken_; }
  /// In the midst of a message handed out in pieces.
  bool inside() const { return left_ > 0; }

 private:
  Policy policy_;
  uint32_t left_ = 0;  // bytes of the current message not yet handed out
  uint32_t size_ = 0;
  char kind_ = 0;
  size_t wanted_ = kHeaderSize;
  bool broken_ = false;
};

}  // namespace windlass::wire
