// One side of a connection as whole messages, for code that waits.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "record/stream.h"

namespace windlass::record {

struct Message {
  char kind = 0;
  std::string bytes;  ///< as on the wire, header included
  std::string_view body() const { return std::string_view(bytes).substr(5); }
};

class WireEnd {
 public:
  WireEnd(Stream& stream, const Waiter& waiter) : stream_(stream), waiter_(waiter) {}

  /// Waits for the next message; nothing when the other side has gone, the recorder stops, or the bytes are
  /// no message.
  std::optional<Message> read();
  /// A whole message is there already, or poll(2) would not see the bytes that are.
  bool ready() const;
  /// Kept until flush().
  void write(std::string_view bytes) { out_.append(bytes); }
  bool flush();
  size_t waiting() const { return out_.size(); }
  int fd() const { return stream_.fd(); }

 private:
  IoStatus take();
  bool fill();

  Stream& stream_;
  const Waiter& waiter_;
  std::string in_, out_;
  size_t begin_ = 0;  // of what is not yet read, in in_
};

}  // namespace windlass::record
