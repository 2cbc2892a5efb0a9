#include "sql/nesting.h"

#include <utility>

#include "base/text.h"

namespace windlass::sql {

void Nesting::word(std::string_view word) {
  const bool after_begin = std::exchange(after_begin_, false);
  if (count_ < 4) {
    if (count_ == 0)
      create_ = base::equal_ignoring_case(word, "create");
    else if (create_ && (count_ == 1 || (count_ == 3 && or_replace_)))
      routine_ = routine_ || base::equal_ignoring_case(word, "function") ||
                 base::equal_ignoring_case(word, "procedure");
    if (count_ == 2) or_replace_ = create_ && base::equal_ignoring_case(word, "replace");
    ++count_;
  }
  if (!routine_ || depth_ > 0) return;
  // Inside an atomic body CASE has an END of its own.
  if (after_begin && base::equal_ignoring_case(word, "atomic"))
    ++blocks_;
  else if (base::equal_ignoring_case(word, "begin"))
    after_begin_ = true;
  else if (blocks_ > 0 && base::equal_ignoring_case(word, "case"))
    ++blocks_;
  else if (blocks_ > 0 && base::equal_ignoring_case(word, "end"))
    --blocks_;
}

void Nesting::sign(char c) {
  if (c == '(') ++depth_;
  if (c == ')' && depth_ > 0) --depth_;
}

}  // namespace windlass::sql
