// A finding as a person reads it: the cause, what was said, the evidence, what to do.
#pragma once

#include <string>

#include "report/check_report.h"
#include "report/groups.h"
#include "report/text_style.h"

namespace windlass::report {

/// A root with what follows from it: the followers named and counted, in full with `verbose` only. Remarks
/// (severity info) are cut short, and their like are named under the first of them, unless `verbose`.
std::string group_text(const CheckReport& report, const Group& group, const TextStyle& style,
                       const Paint& paint);

/// What to do about it: the advice, its sentences wrapped, its code as it stands.
std::string steps_text(const diagnose::Finding& finding, const TextStyle& style);

/// A finding in a few words: "table-created-twice  revision 0002  versions/0002.py:11".
std::string named(const diagnose::Finding& finding);

}  // namespace windlass::report
