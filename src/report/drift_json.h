// A drift as windlass.drift/1 (docs/formats.md).
#pragma once

#include <string>

#include "report/drift_report.h"

namespace windlass::report {

std::string drift_json(const DriftReport& report);

}  // namespace windlass::report
