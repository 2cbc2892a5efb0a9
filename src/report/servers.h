// A finding's servers, in words. Empty where only one was asked for, and where all have it.
#pragma once

#include <string>
#include <vector>

#include "report/check_report.h"

namespace windlass::report {

/// "On PostgreSQL 13 and 15; not on 17."
std::string servers_in_words(const CheckReport& report, const diagnose::Finding& finding);

/// The finding's cause, with its servers behind it.
std::string cause_with_servers(const CheckReport& report, const diagnose::Finding& finding);

/// Of the servers that ran: "13, 15 and 17". By the major version where that tells them apart.
std::string servers_that_ran(const CheckReport& report);

/// Each server that was asked for and not run: "PostgreSQL 9 was not run: ...".
std::vector<std::string> servers_not_run(const CheckReport& report);

}  // namespace windlass::report
