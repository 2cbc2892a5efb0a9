// A drift as its renderers read it.
#pragma once

#include <string>
#include <vector>

#include "drift/drift.h"

namespace windlass::report {

struct DriftReport {
  std::string database;        ///< as the user named it, without a password
  std::string server;          ///< its version
  std::string scratch_server;  ///< version of the one that the chain ran on
  std::string claim;           ///< --claim; empty: none
  drift::Drift drift;
  std::vector<std::string> remarks;  ///< sentences about what could not be looked at

  /// 0: nothing to say against it; 1: it is not where it says, or nowhere; 3: not everything could be seen.
  int exit_status() const;
};

}  // namespace windlass::report
