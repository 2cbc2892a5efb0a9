// A process that is followed to its end, however it came to be.
#pragma once

#include <sys/types.h>

#include <optional>

#include "base/process.h"

namespace windlass::run {

/// It leads a process group. One that still runs is killed with its group when this object goes.
class Child {
 public:
  Child() = default;
  virtual ~Child() = default;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  virtual pid_t pid() const = 0;
  /// A descriptor that can be read when it has ended; -1 where there is none, and ended() is to be asked.
  virtual int end_fd() const = 0;
  /// How it ended; nothing while it runs. Does not wait.
  virtual std::optional<base::ExitStatus> ended() = 0;
  /// To its whole group.
  virtual void signal(int number) = 0;
};

}  // namespace windlass::run
