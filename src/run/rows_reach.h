// How far rows that are put into every table before a revision have to be followed.
//
// Each revision is met by rows that were put in right before it. Rows from further back are other rows only
// where something on the way changed them, or their table: a column that was added and is NULL in them, a
// constraint that was not yet checked, an UPDATE. So a case goes on to the last revision that has to do with
// a table which an earlier revision of the case changed; of what lies behind that, a later case tells.
//
// Invariant: where it is not known what a statement has to do with, it has to do with all tables, and a chain
// that is no line, has partitions or did not come to its end is followed to its target.
//
// Pure: no file, no clock.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "run/evidence.h"

namespace windlass::run {

class RowsReach {
 public:
  /// `clean`: the clean run; `order`: the revisions on its way.
  RowsReach(const Evidence& clean, const std::vector<std::string>& order);

  /// The place in the order of the last revision that a case from behind order[k] runs: k + 1 at least, where
  /// there is one.
  size_t from(size_t k) const;

  /// Whether order[k] would do the same with rows in the tables that it finds: it makes what is new, or adds
  /// columns that no row has to have a value in, and asks no table for anything.
  bool leaves_rows_alone(size_t k) const;

  /// The tables, by name without their schema, of which a row may decide what becomes of the case from behind
  /// order[k]: it meets them, or a key leads to one that it meets. Nothing: any.
  std::optional<std::set<std::string>> met_from(size_t k) const;

 private:
  /// Rows put in from behind `since` on and before `changed` are other rows than later ones for the revision
  /// `met`.
  struct Span {
    size_t since = 0, changed = 0, met = 0;
  };

  size_t revisions_ = 0;
  bool whole_way_ = false;
  std::vector<Span> spans_;
  std::vector<std::optional<std::set<std::string>>> met_;  ///< by place in the order; nothing: any
};

}  // namespace windlass::run
