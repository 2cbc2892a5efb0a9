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
    if (unfit_) return nullptr;
    if (!free_.empty()) {
      one = std::move(free_.back());
      free_.pop_back();
    }
  }
  if (!one) {
    if (auto made = make_(); made && (*made)->ready(kImportLimit)) one = std::move(*made);
    if (!one) {
      const std::lock_guard lock(mutex_);
      unfit_ = true;
      return nullptr;
    }
  }
  return {one.release(), [this](WarmInterpreter* used) {
            std::unique_ptr<WarmInterpreter> back(used);
            const std::lock_guard lock(mutex_);
            if (back->usable()) free_.push_back(std::move(back));
          }};
}

}  // namespace windlass::run
