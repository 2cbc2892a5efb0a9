// A diff as JSON: windlass.diff/1 (docs/formats.md).
#pragma once

#include <string>

#include "report/diff_report.h"

namespace windlass::report {

std::string diff_json(const DiffReport& report);

}  // namespace windlass::report
