// What edits change in a file, as `diff -u` shows it and `patch` and `git apply` take it. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "edit/edit.h"

namespace windlass::edit {

/// The unified diff (https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html) of `text`
/// and of `text` with the edits made, three lines of context, the file named `a/NAME` and `b/NAME`. Lines are
/// parted by \n; the \r of an \r\n stays part of its line. Empty where nothing changes. An error as
/// edited()'s.
base::Result<std::string> unified_diff(std::string_view text, const std::vector<Edit>& edits,
                                       std::string_view name);

/// The same of a file that is not there yet: against /dev/null.
std::string diff_of_new(std::string_view text, std::string_view name);

}  // namespace windlass::edit
