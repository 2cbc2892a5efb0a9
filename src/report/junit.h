// A check as JUnit XML: a test case for each revision, for servers that show tests.
#pragma once

#include <string>

#include "base/error.h"
#include "report/check_report.h"

namespace windlass::report {

/// A revision that was applied passes; a finding is a failure of its revision; what was not run is skipped;
/// what windlass could not look at is an error. What belongs to no revision is said of the chain's own case.
std::string check_junit(const CheckReport& report);

/// Why windlass itself could not do its work: one case with an error.
std::string error_junit(const base::Error& error);

/// `text` as XML 1.0 may carry it: a character that may not stand there becomes U+FFFD.
std::string xml_text(const std::string& text);
/// The same inside an attribute, which would lose line ends.
std::string xml_attribute(const std::string& text);

}  // namespace windlass::report
