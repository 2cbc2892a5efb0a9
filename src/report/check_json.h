// A check as the document windlass.check/1, and errors as windlass.error/1 (docs/formats.md).
#pragma once

#include <string>

#include "base/error.h"
#include "report/check_report.h"

namespace windlass::report {

std::string check_json(const CheckReport& report);

std::string error_json(const base::Error& error);

}  // namespace windlass::report
