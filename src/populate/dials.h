// One row in the making: what each column may hold, and what it holds now. A refusal turns the columns that
// it is about to their next values. Pure.
//
// Invariant: for one refusal's name, no combination of values is set twice.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "populate/rows.h"

namespace windlass::populate {

/// Columns that get their values together: one column, or all those of a foreign key.
struct Dial {
  std::vector<std::string> columns;
  std::vector<std::vector<Value>> options;  ///< never empty; each as long as `columns`
  size_t at = 0;
};

class Dials {
 public:
  explicit Dials(std::vector<Dial> dials);

  /// What every column holds now. Where two dials are about one column, the later one says.
  std::vector<Cell> cells() const;
  /// Sets the next combination of the columns' values, those nearest to where each began first. False where
  /// all of them, or as many as are worth trying, have been set. `why`: the refusal's name; columns that no
  /// dial is about are passed over.
  bool turn(const std::string& why, const std::vector<std::string>& columns);
  /// Changes one column after the other, the others as they began: for a refusal that names no column.
  bool turn_one_of_all();
  const std::vector<Dial>& dials() const { return dials_; }
  /// Whether one of dials() stands elsewhere than it began.
  bool turned(const Dial& dial) const {
    return dial.at != began_[static_cast<size_t>(&dial - dials_.data())];
  }

 private:
  struct Ways {
    std::vector<size_t> dials;
    std::vector<std::vector<size_t>> combinations;
    size_t next = 0;
  };
  Ways ways_of(const std::vector<std::string>& columns) const;
  /// Whether later dials say what each of its columns holds: turning it would change nothing.
  bool hidden(size_t dial) const;

  std::vector<Dial> dials_;
  std::vector<size_t> began_;
  std::map<std::string, Ways> ways_;
  size_t probed_ = 0;
};

}  // namespace windlass::populate
