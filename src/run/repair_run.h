// A repair script, run as it could have been: on a database that stands at some revision of the chain.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "run/check.h"
#include "run/record_run.h"

namespace windlass::run {

struct RepairScript {
  std::string name;            ///< relative to the project
  std::filesystem::path file;  ///< statements of anything but Python are looked for in it
  RecordedCommand command;
};

struct RepairOutcome : RecordOutcome {
  std::vector<std::string> elsewhere;  ///< other databases that it changed: what it did there is left out
};

/// Runs the script in `database` on the server that `stage` leads to, with the environment that the chain
/// has. Its statements name its file, and their lines in it as far as they can be found there. `patience`:
/// how long it may take; absent: two minutes. `keep_server`: RecordOutcome::left is what the script left. An
/// error: it could not be run; that it failed is an outcome.
base::Result<RepairOutcome> run_script(StageSettings stage, const std::string& database,
                                       const RepairScript& script,
                                       std::optional<std::chrono::milliseconds> patience, bool keep_server);

/// Runs the chain to `revision` ("base": nothing), and the script there.
base::Result<RepairOutcome> run_repair(const CheckSettings& chain, const std::string& database,
                                       const std::string& revision, const RepairScript& script);

/// In what way a script did not do all that it is to do, for a sentence: "it failed at fix.sql:3: type
/// \"level\" already exists"; empty where it did. A statement that is refused is one, whatever the program's
/// status.
std::string why_failed(const RecordOutcome& ran);

}  // namespace windlass::run
