// What is sent on a session in place of its client (Recorder::play), and whose
// turn it is to speak there.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "wire/framer.h"
#include "wire/kind.h"

namespace windlass::record {

struct Played {
  int session = 0;
  char status = 'I';
  std::string bytes;
  std::function<void(bool)> done;
};

/// Counts questions and answers of one session.
class Turns {
 public:
  void asked(const wire::Piece& piece) {
    if (!piece.first) return;
    using namespace wire::front;
    if (piece.kind == kQuery || piece.kind == kSync || piece.kind == kFunctionCall) ++open_;
    synced_ = piece.kind == kQuery || piece.kind == kSync || piece.kind == kFunctionCall;
  }
  void answered(const wire::Piece& piece) {
    if (piece.kind != wire::back::kReadyForQuery || !piece.whole() || piece.body().empty()) return;
    status_ = piece.body()[0];
    if (open_ > 0) --open_;  // the first one of a session answers no question
  }
  /// Every question has been answered, and the server waits for the next.
  bool idle() const { return open_ == 0 && synced_; }
  uint64_t open() const { return open_; }
  /// What the last ReadyForQuery said; 0 before the first.
  char status() const { return status_; }

 private:
  uint64_t open_ = 0;
  bool synced_ = true;
  char status_ = 0;
};

}  // namespace windlass::record
