// A drift for people.
#pragma once

#include <string>

#include "report/drift_report.h"
#include "report/text_style.h"

namespace windlass::report {

std::string drift_text(const DriftReport& report, const TextStyle& style);

}  // namespace windlass::report
