// Asks a server once more what led an upgrade to its stop, in a transaction that comes to nothing.
#pragma once

#include <optional>
#include <string>

#include "run/stop_script.h"
#include "scratch/server.h"

namespace windlass::run {

/// All that the server answers to `script` where its version tables, of that name, are empty: equal for two
/// states that the upgrade could not tell one from the other up to its stop. Nothing where one of the reads
/// writes (they are held to a transaction that may not), or anything is answered otherwise than an error at
/// the stop, and none before. No other session may be at work on the server.
std::optional<std::string> ask_again(scratch::Server& server, const StopScript& script,
                                     const std::string& version_table);

}  // namespace windlass::run
