#include "run/warm_pool.h"

#include <chrono>
#include <utility>

namespace windlass::run {

namespace {

/// A project's libraries may take many seconds to import, but no run would be begun behind them for ever.
constexpr std::chrono::minutes kImportLimit{2};

}  // namespace

std::shared_ptr<WarmInterpreter> WarmPool::take() {
  std::unique_ptr<WarmInterpreter> one;
  {
    const std::lock_guard lock(mutex_);
    if (!none_because_.empty()) return nullptr;
    if (!free_.empty()) {
      one = std::move(free_.back());
      free_.pop_back();
    }
  }
  if (!one) {
    auto made = make_();
    const auto ready = made ? (*made)->ready(kImportLimit) : tl::unexpected(made.error());
    if (!ready) {
      const std::lock_guard lock(mutex_);
      none_because_ = ready.error().got;
      return nullptr;
    }
    one = std::move(*made);
  }
  return {one.release(), [this](WarmInterpreter* used) {
            std::unique_ptr<WarmInterpreter> back(used);
            const std::lock_guard lock(mutex_);
            if (back->usable()) free_.push_back(std::move(back));
          }};
}

std::string WarmPool::none_because() const {
  const std::lock_guard lock(mutex_);
  return none_because_;
}

}  // namespace windlass::run
