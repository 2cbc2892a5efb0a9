// A finding as JSON, in whichever document it stands; for .cpp files of this room only.
#pragma once

#include "diagnose/finding.h"
#include "report/json_parts.h"

namespace windlass::report {

/// `servers`: the versions of the servers that have it.
Json finding_json(const diagnose::Finding& finding, Json servers);

}  // namespace windlass::report
