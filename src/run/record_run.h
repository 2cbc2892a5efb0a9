// Any command, run against a scratch database through the recorder.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/process.h"
#include "record/recording.h"
#include "run/stage.h"

namespace windlass::run {

/// A Python program whose statements are to name file and line. Whatever database it names itself, it is led
/// to the one of the environment.
struct PythonProgram {
  std::filesystem::path interpreter, file;
  std::filesystem::path project;  ///< files are named relative to it
  bool servers_apart = false;     ///< see CheckSettings
};

struct RecordOutcome {
  record::Recording recording;  ///< with effects
  base::ExitStatus status;
  std::string place, psql_line, end_command, no_isolation_because;
  std::string server_user, user;  ///< system users: the server's, empty for a given one, and the command's
  std::vector<std::string> self_check;  ///< where effects and the full read at the end differ
  bool timed_out = false;
  int interrupted = 0;
  double seconds = 0;
  std::string out, err;   ///< what it printed, masked; empty where it was shown
  bool isolated = false;  ///< it could reach no other server: it had a network of its own
  Left left;              ///< what was kept, of what `keep` asked for
};

struct RecordedCommand {
  std::vector<std::string> arguments;
  std::optional<PythonProgram> python;  ///< instead of the arguments
  std::filesystem::path folder;         ///< empty: the caller's working folder
  bool interactive = true;              ///< false: no standard input, and what it prints is kept, not shown
};

/// `command` finds the scratch database through DATABASE_URL and PG*; after
/// `timeout` it is ended. `keep`: what is kept of what the server then holds.
base::Result<RecordOutcome> run_recorded(const StageSettings& settings, const RecordedCommand& command,
                                         std::optional<std::chrono::milliseconds> timeout = std::nullopt,
                                         const KeepState& keep = {});

}  // namespace windlass::run
