#include "record/channel.h"

#include <algorithm>
#include <cstring>

namespace windlass::record {

void Channel::read() {
  if (ended_) return;
  if (begin_ > 0) {
    std::memmove(in_.data(), in_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == in_.size()) in_.resize(std::max(in_.size() * 2, std::min(framer_.wanted(), in_.size() * 8)));
  const IoResult result = from_.read(in_.data() + end_, in_.size() - end_);
  if (result.status == IoStatus::Again) return;
  if (result.status != IoStatus::Done) {
    ended_ = true;
    // Half a message goes on as it is: the server says what it thinks of it.
    send({in_.data() + begin_, end_ - begin_});
    begin_ = end_ = 0;
    return;
  }
  end_ += result.count;
  look();
}

void Channel::prepend(std::string_view bytes) {
  if (in_.size() < bytes.size()) in_.resize(bytes.size());
  std::memcpy(in_.data(), bytes.data(), bytes.size());
  end_ = bytes.size();
  look();
}

void Channel::look() {
  const char* kept = in_.data() + begin_;  // from here on bytes go out unchanged
  std::string_view bytes(kept, end_ - begin_);
  while (const auto piece = framer_.next(bytes)) {
    replacement_.clear();
    const Verdict verdict = look_(*piece, replacement_);
    if (verdict == Verdict::Keep) continue;
    send({kept, static_cast<size_t>(piece->bytes.data() - kept)});
    if (verdict == Verdict::Replace) send(replacement_);
    kept = piece->bytes.data() + piece->bytes.size();
  }
  // Nothing after an impossible length can be understood; it goes on as it is.
  if (framer_.broken()) bytes.remove_prefix(bytes.size());
  send({kept, static_cast<size_t>(bytes.data() - kept)});
  begin_ = end_ - bytes.size();
  if (begin_ == end_) {
    begin_ = end_ = 0;
    if (in_.size() > kBuffer) {
      in_.resize(kBuffer);
      in_.shrink_to_fit();
    }
  }
}

void Channel::send(std::string_view bytes) {
  if (bytes.empty() || discard_ || failed_) return;
  if (!waiting()) {
    out_.clear();
    written_ = 0;
    while (!bytes.empty()) {
      const IoResult result = to_.write(bytes.data(), bytes.size());
      if (result.status == IoStatus::Again) break;
      if (result.status != IoStatus::Done) {
        failed_ = true;
        return;
      }
      bytes.remove_prefix(result.count);
    }
  }
  out_.append(bytes);
}

void Channel::write() {
  while (waiting()) {
    const IoResult result = to_.write(out_.data() + written_, out_.size() - written_);
    if (result.status == IoStatus::Again) return;
    if (result.status != IoStatus::Done) {
      failed_ = true;
      break;
    }
    written_ += result.count;
  }
  if (out_.capacity() > 2 * kHighWater) out_ = {};
  out_.clear();
  written_ = 0;
}

}  // namespace windlass::record
