// What the runs of one case told of all that their outcome follows from, so that it can be said whether a
// later check would come to the same: run/kept_cases.h.
//
// Pure: no file, no clock.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace windlass::run {

/// A file with how it was found: a digest of what it holds; of a library its size and its times.
struct Seal {
  std::string file, seal;
};

struct CaseTrace {
  /// What would have to be the same and cannot be known to be, in words ("it started a program"); empty:
  /// nothing.
  std::string unknown;
  std::vector<std::string> files;  ///< of the project and beside it: opened or imported, each once
  std::vector<Seal> libraries;     ///< that came only during the run
};

/// `events`: all that the Python part told, with CheckSettings::tell_trace.
CaseTrace read_trace(std::string_view events);

/// Of several runs of one case.
void add_trace(CaseTrace& all, const CaseTrace& one);

}  // namespace windlass::run
