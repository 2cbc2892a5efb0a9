// Files as the formats of code hosts name them: from the root of the git repository.
#pragma once

#include <string>

#include "report/check_report.h"

namespace windlass::report {

/// The file from the root of the repository (of the project where there is none); empty for one outside of
/// it, which a code host cannot show.
std::string in_repository(const std::string& file, const CheckReport& report);

/// The same as a relative URI (RFC 3986): bytes that may not stand in one are percent-encoded.
std::string relative_uri(const std::string& path);

}  // namespace windlass::report
