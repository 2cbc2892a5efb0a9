// The statements that turn A into B, as a script for psql.
#pragma once

#include <string>

#include "report/diff_report.h"
#include "run/turn.h"

namespace windlass::report {

/// Every statement with what it locks, rewrites and may be refused by in front of it. Statements that lose
/// data stand at the end, and as comments only without `allow_data_loss`; so does everything that is not
/// proven.
std::string diff_sql(const DiffReport& report, const run::Turned& turned, bool allow_data_loss);

}  // namespace windlass::report
