#include "run/kill_switch.h"

#include <utility>

namespace windlass::run {

void KillSwitch::answered(const record::Statement& statement) {
  std::unique_lock lock(mutex_);
  if (struck_ || gone_) return;
  if (!durable_.by(statement) || --left_ > 0) return;
  if (!changed_.wait_for(lock, kPatience, [this] { return kill_ || gone_; }) || gone_) return;
  struck_ = true;
  kill_();
  changed_.wait_for(lock, kPatience, [this] { return gone_; });
}

void KillSwitch::arm(std::function<void()> kill) {
  const std::lock_guard lock(mutex_);
  kill_ = std::move(kill);
  changed_.notify_all();
}

void KillSwitch::gone() {
  const std::lock_guard lock(mutex_);
  gone_ = true;
  kill_ = nullptr;
  changed_.notify_all();
}

bool KillSwitch::struck() const {
  const std::lock_guard lock(mutex_);
  return struck_;
}

}  // namespace windlass::run
