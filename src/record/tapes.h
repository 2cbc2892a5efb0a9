// The tapes of a recorder's sessions; from any thread.
#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include "record/tape.h"

namespace windlass::record {

class Tapes {
 public:
  void add(Tape tape) {
    const std::lock_guard lock(mutex_);
    tapes_.push_back(std::move(tape));
  }
  std::vector<Tape> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(tapes_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<Tape> tapes_;
};

}  // namespace windlass::record
