// A diff as a person reads it.
#pragma once

#include <string>

#include "report/diff_report.h"
#include "report/text_style.h"

namespace windlass::report {

/// What only one has, its parts counted under it; then what differs, an attribute a line; then what was not
/// compared, and why. Of many objects of one kind of difference the first twenty, all with `verbose`.
std::string diff_text(const DiffReport& report, const TextStyle& style);

}  // namespace windlass::report
