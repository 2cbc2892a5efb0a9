// The lines of a file of SQL, one at a time: what is not a statement (the rows of a COPY) is never held.
#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"
#include "base/unique_fd.h"

namespace windlass::run {

class SqlSource {
 public:
  /// `name`: what errors call it.
  static base::Result<SqlSource> open(const std::filesystem::path& path, const std::string& name);

  /// The next line with its newline, without a byte order mark in front of the first; false at the end. An
  /// error: it cannot be read, or is no text.
  base::Result<bool> next(std::string& line);
  /// Passes over the rows of a COPY, up to the line `\.` and with it, or to the end.
  base::Result<void> pass_over_rows();

  /// Of the line that next() gave.
  size_t number() const { return number_; }
  const std::string& name() const { return name_; }

 private:
  base::Result<bool> fill();

  std::string name_;
  base::UniqueFd file_;
  std::string buffer_;
  size_t at_ = 0, number_ = 0;
};

}  // namespace windlass::run
