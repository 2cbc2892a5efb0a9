// A check as a person reads it: the cause first, then the evidence, then what to do.
#pragma once

#include <string>

#include "report/check_report.h"
#include "report/text_style.h"

namespace windlass::report {

std::string check_text(const CheckReport& report, const TextStyle& style);
/// The same without its first line, the verdict.
std::string check_text_below(const CheckReport& report, const TextStyle& style);

}  // namespace windlass::report
