// Which lines edits change. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "edit/edit.h"

namespace windlass::edit {

/// Lines `a_begin` up to `a_end` of the old text become `b_begin` up to `b_end` of the new one; from 0,
/// parted by \n. Either may be none.
struct ChangedLines {
  size_t a_begin = 0, a_end = 0, b_begin = 0, b_end = 0;
};

/// The lines of a text, each with its \n; the last one may have none.
std::vector<std::string_view> lines_of(std::string_view text);

/// In order; changes next to one another are one. `edits` sorted, `changed`: the text with them made.
std::vector<ChangedLines> changed_lines(std::string_view text, const std::vector<Edit>& edits,
                                        std::string_view changed);

}  // namespace windlass::edit
