// A repair script, run as it could have been: on a database that stands at some revision of the chain.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/error.h"
#include "run/check.h"
#include "run/record_run.h"

namespace windlass::run {

/// Runs the chain to `revision` ("base": nothing), and `command` on the server that then holds it, with the
/// environment that the chain has. `chain`: how that is run. An error: it could not be run; that it failed is
/// an outcome.
base::Result<RecordOutcome> run_repair(const CheckSettings& chain, const std::string& revision,
                                       const RecordedCommand& command,
                                       std::optional<std::chrono::milliseconds> timeout);

}  // namespace windlass::run
