// What a recorded command did, as a person reads it: statements with outcome and effects, then totals.
#pragma once

#include <string>
#include <vector>

#include "record/recording.h"

namespace windlass::report {

struct RecordReport {
  std::vector<std::string> command;
  std::string ended;  ///< how the command ended: "exit status 0"
  const record::Recording* recording = nullptr;
  std::string place;              ///< which server, in words
  std::string server_user, user;  ///< as run::RecordOutcome has them
  double seconds = 0;
  std::string isolation;               ///< a sentence; empty: nothing to say
  std::string psql_line, end_command;  ///< with --keep
  std::vector<std::string> remarks;
};

struct RecordStyle {
  bool colour = false;
  size_t width = 96;
  bool verbose = false;  ///< statements in full, not on one line
  bool quiet = false;    ///< of the statements only those that failed
};

std::string record_text(const RecordReport& report, const RecordStyle& style);
/// The statements and the totals alone, without colours.
std::string record_text(const record::Recording& recording, size_t width);

}  // namespace windlass::report
