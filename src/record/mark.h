// The comment that windlass's own tools put behind a statement, on a line of its own (before it, when it is
// long), to name its source:
//   /*wl:<token>;r=<revision>;f=<file>;l=<line>;c=<column>;h=<file>;i=<line>;j=<column>;o=<operation>;e=<emitted>*/
// (h, i, j: the place of the helper.)
// Fields may be absent; values hold ~XX for every byte outside [A-Za-z0-9_./-].
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "record/recording.h"

namespace windlass::record {

class MarkReader {
 public:
  /// `token` names the run; comments with another token are the user's own.
  explicit MarkReader(std::string_view token);

  struct Stripped {
    std::string text;
    /// Where each mark stood in `text`, in order.
    std::vector<std::pair<size_t, Source>> marks;
  };
  /// Whether `text` holds a mark at all (the cheap test before strip).
  bool any(std::string_view text) const;
  /// Takes out every mark.
  Stripped strip(std::string_view text) const;
  /// The length of the mark at the very start of `text` (0: none), and its source.
  size_t head(std::string_view text, Source& source) const;

 private:
  std::string opening_;
};

/// Reads the fields of a mark ("r=008;f=a~20b.py;l=3").
Source parse_mark(std::string_view fields);

}  // namespace windlass::record
