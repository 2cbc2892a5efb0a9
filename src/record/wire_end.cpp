#include "record/wire_end.h"

#include <poll.h>

#include "wire/bytes.h"
#include "wire/framer.h"

namespace windlass::record {

namespace {
constexpr size_t kChunk = size_t{64} << 10;

/// The length of the message at the front, header included; 0 when its header is not all there.
size_t message_size(std::string_view bytes) {
  return bytes.size() < wire::kHeaderSize ? 0 : size_t{1} + wire::load_u32(bytes.data() + 1);
}
}  // namespace

bool WireEnd::ready() const {
  const std::string_view left = std::string_view(in_).substr(begin_);
  const size_t size = message_size(left);
  return (size > 0 && left.size() >= size) || stream_.pending();
}

IoStatus WireEnd::take() {
  in_.erase(0, begin_);
  begin_ = 0;
  const size_t held = in_.size();
  in_.resize(held + kChunk);
  const IoResult result = stream_.read(in_.data() + held, kChunk);
  in_.resize(held + result.count);
  return result.status;
}

bool WireEnd::fill() {
  const size_t size = message_size(std::string_view(in_).substr(begin_));
  if (size > 0 && (size < wire::kHeaderSize || size - 1 > wire::kMaxLength)) return false;
  while (true) {
    const IoStatus status = take();
    if (status != IoStatus::Again) return status == IoStatus::Done;
    if (!waiter_.wait(stream_.fd(), stream_.wants_write() ? POLLOUT : POLLIN)) return false;
  }
}

std::optional<Message> WireEnd::read() {
  while (true) {
    const std::string_view left = std::string_view(in_).substr(begin_);
    const size_t size = message_size(left);
    if (size >= wire::kHeaderSize && left.size() >= size) {
      Message message{left[0], std::string(left.substr(0, size))};
      begin_ += size;
      return message;
    }
    if (!fill()) return std::nullopt;
  }
}

bool WireEnd::flush() {
  std::string_view left = out_;
  while (!left.empty()) {
    const IoResult result = stream_.write(left.data(), left.size());
    if (result.status == IoStatus::Done) {
      left.remove_prefix(result.count);
      continue;
    }
    if (result.status != IoStatus::Again) return false;
    if (!waiter_.wait(stream_.fd(), static_cast<short>(POLLIN | (stream_.wants_read() ? 0 : POLLOUT))))
      return false;
    // A side that answers before it has heard all takes no more until its answers are taken.
    take();
  }
  out_.clear();
  return true;
}

}  // namespace windlass::record
