// One direction of a session: reads, looks at each message, writes on.
//
// Invariants: bytes nobody changes are written from the buffer they were read
// into; nothing more is read while the other side has much left to take, so
// memory stays bounded whatever both sides do, and neither direction ever
// waits for the other.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "record/stream.h"
#include "record/tracker.h"
#include "wire/framer.h"

namespace windlass::record {

class Channel {
 public:
  using Look = std::function<Verdict(const wire::Piece&, std::string& replacement)>;

  Channel(Stream& from, Stream& to, wire::Framer::Policy policy, Look look)
      : from_(from), to_(to), framer_(policy), look_(std::move(look)), in_(kBuffer) {}

  /// Reads what is there, once, and passes it on as far as the other side takes it.
  void read();
  /// Writes what waits.
  void write();
  /// Nothing has been read that is still to be looked at.
  bool empty() const { return begin_ == end_; }
  /// Puts bytes in front of whatever comes, as if they had been read; only while empty().
  void prepend(std::string_view bytes);
  /// What arrives from now on is still looked at, but not sent.
  void discard() {
    discard_ = true;
    out_.clear();
    written_ = 0;
  }

  bool ended() const { return ended_; }          ///< the source will send no more
  bool write_failed() const { return failed_; }  ///< the other side will take no more
  bool broken() const { return framer_.broken(); }
  bool waiting() const { return written_ < out_.size(); }
  /// Whether reading makes sense now.
  bool wants_read() const { return !ended_ && out_.size() - written_ < kHighWater; }
  bool more_to_read() const { return wants_read() && from_.pending(); }

 private:
  static constexpr size_t kBuffer = size_t{64} << 10;
  static constexpr size_t kHighWater = size_t{256} << 10;

  void look();
  void send(std::string_view bytes);

  Stream& from_;
  Stream& to_;
  wire::Framer framer_;
  Look look_;
  std::vector<char> in_;
  size_t begin_ = 0, end_ = 0;  // bytes read and not yet looked at
  std::string out_;
  size_t written_ = 0;
  std::string replacement_;
  bool ended_ = false, failed_ = false, discard_ = false;
};

}  // namespace windlass::record
