// The servers that a user asks for: one, or several for `check` alone.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "cli/config.h"
#include "cli/options.h"

namespace windlass::cli {

/// "13, 15,/opt/pg/bin" as its words; one empty word for an empty list. A usage error where a word is missing
/// or stands there twice.
base::Result<std::vector<std::string>> server_words(const std::string& list);

/// What --postgres, WINDLASS_POSTGRES or windlass.toml asks for. One empty word where none does, or where a
/// server is given that runs already.
base::Result<std::vector<std::string>> wanted_servers(const PlaceOptions& options, const Config& config,
                                                      const std::vector<std::string>& environment);

/// The same for a command that runs on one server only.
base::Result<void> only_one_server(const std::vector<std::string>& servers, const std::string& command);

/// A usage error where something is asked for that several servers cannot have.
base::Result<void> fit_for_several(const std::vector<std::string>& servers, const PlaceOptions& options,
                                   const std::vector<std::string>& scenarios);

}  // namespace windlass::cli
