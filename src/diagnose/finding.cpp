#include "diagnose/finding.h"

namespace windlass::diagnose {

std::string to_string(Severity severity) {
  switch (severity) {
    case Severity::Info:
      return "info";
    case Severity::Warning:
      return "warning";
    case Severity::Error:
      return "error";
  }
  return "error";
}

std::string to_string(Certainty certainty) {
  switch (certainty) {
    case Certainty::Seen:
      return "seen";
    case Certainty::Confirmed:
      return "confirmed";
    case Certainty::OnlyWhenGoingOn:
      return "only-when-going-on";
    case Certainty::Static:
      return "static";
  }
  return "seen";
}

}  // namespace windlass::diagnose
