// Any command, run against a scratch database through the recorder.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/process.h"
#include "record/recording.h"
#include "run/stage.h"

namespace windlass::run {

struct RecordOutcome {
  record::Recording recording;  ///< with effects
  base::ExitStatus status;
  std::string place, psql_line, end_command, no_isolation_because;
  std::string server_user, user;  ///< system users: the server's, empty for a given one, and the command's
  std::vector<std::string> self_check;  ///< where effects and the full read at the end differ
  bool timed_out = false;
  int interrupted = 0;
  double seconds = 0;
};

/// `command` finds the scratch database through DATABASE_URL and PG*; it has the terminal and the caller's
/// working folder. After `timeout` it is ended.
base::Result<RecordOutcome> run_recorded(const StageSettings& settings,
                                         const std::vector<std::string>& command,
                                         std::optional<std::chrono::milliseconds> timeout = std::nullopt);

}  // namespace windlass::run
