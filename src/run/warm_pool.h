// Warm interpreters for runs side by side: as many as run at once.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.h"
#include "run/warm_interpreter.h"

namespace windlass::run {

class WarmPool {
 public:
  using Make = std::function<base::Result<std::unique_ptr<WarmInterpreter>>()>;
  explicit WarmPool(Make make) : make_(std::move(make)) {}

  /// One that is free, for the time of a run; it goes back by itself. Empty where there is none to be had:
  /// the libraries must not be shared, or one could not be started. It is not tried again then. Thread-safe.
  std::shared_ptr<WarmInterpreter> take();
  /// Why there is none to be had; empty where there was, or none was asked for.
  std::string none_because() const;

 private:
  Make make_;
  mutable std::mutex mutex_;  // guards what follows
  std::string none_because_;
  std::vector<std::unique_ptr<WarmInterpreter>> free_;
};

}  // namespace windlass::run
