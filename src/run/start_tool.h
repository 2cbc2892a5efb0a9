// The project's own tool with the Python part around it, as a process.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "base/error.h"
#include "run/check.h"
#include "run/evidence.h"
#include "run/stage.h"
#include "run/tool_process.h"
#include "run/warm_interpreter.h"

namespace windlass::run {

/// Starts the tool with `settings.command` up to `target`. `program`: the Python part (run/python_part.h).
/// `answers`: the descriptor at which that hears what may be taken from the cache; -1: nothing may.
base::Result<ToolProcess> start_tool(const CheckSettings& settings, const Stage& stage,
                                     const std::filesystem::path& program, const std::string& target,
                                     int answers = -1);

/// Starts an interpreter that forks such runs, in `room` (may be nullptr), and begins to import `libraries`
/// and to compile `sources`, files of the project's, relative to it. `folder`: a private one that the
/// project's user can reach.
base::Result<std::unique_ptr<WarmInterpreter>> start_warm(const CheckSettings& settings,
                                                          const std::filesystem::path& program,
                                                          const std::filesystem::path& folder,
                                                          std::span<const Module> libraries,
                                                          std::span<const std::string> sources,
                                                          std::shared_ptr<const NetworkRoom> room);

}  // namespace windlass::run
