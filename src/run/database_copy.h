// A copy of a database on the scratch server, dropped at the end.
#pragma once

#include <string>

#include "base/error.h"
#include "run/scratch_place.h"

namespace windlass::run {

class DatabaseCopy {
 public:
  /// Of `database` as it is now; nobody may be connected to it.
  static base::Result<DatabaseCopy> make(const ScratchPlace& place, const std::string& database);
  DatabaseCopy(DatabaseCopy&& other) noexcept;
  DatabaseCopy& operator=(DatabaseCopy&&) = delete;
  ~DatabaseCopy();

  const std::string& name() const { return name_; }

 private:
  DatabaseCopy(std::string admin, std::string name);
  std::string admin_, name_;
  bool made_ = false;
};

}  // namespace windlass::run
