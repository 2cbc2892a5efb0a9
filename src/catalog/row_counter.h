// Counts of rows of a real database, each asked for in a short transaction that writes nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/error.h"

namespace windlass::pg {
class Connection;
}

namespace windlass::catalog {

class RowCounter {
 public:
  /// Opens a connection, which stays open. `timeout`: for each question; also the wait for a lock.
  static base::Result<RowCounter> open(const std::string& conninfo, std::chrono::milliseconds timeout);
  RowCounter(RowCounter&&) noexcept;
  RowCounter& operator=(RowCounter&&) noexcept;
  ~RowCounter();

  /// The one number that `sql` selects. An error says why there is none: no right, a row policy that would
  /// hide rows, too long a time. The connection is good for the next question all the same.
  base::Result<int64_t> count(const std::string& sql);

 private:
  RowCounter();
  std::unique_ptr<pg::Connection> connection_;
  std::chrono::milliseconds timeout_{0};
};

}  // namespace windlass::catalog
