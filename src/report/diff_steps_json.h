// The statements that turn A into B, as windlass.diff/1 has them.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "report/diff_report.h"

namespace windlass::report {

/// Adds "steps", "questions" and "proof" to the document, and to each of its "differences", which are those
/// of the report in order, the numbers of the steps that are about it.
void add_steps(nlohmann::ordered_json& document, const DiffReport& report);

}  // namespace windlass::report
