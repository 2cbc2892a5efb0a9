// Repair scripts: which files they are, and how each is run.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "run/repair_run.h"

namespace windlass::cli {

/// The files that `patterns` (glob(7); relative to `folder`) name, each once, by name. `project`: the folder
/// that they run in. A .py runs by `interpreter`, a .sql by psql, which goes on past a statement that fails,
/// any other as the program that it is. A usage error for a pattern that names no file, and for a file that
/// cannot be run.
base::Result<std::vector<run::RepairScript>> find_repair_scripts(const std::vector<std::string>& patterns,
                                                                 const std::filesystem::path& folder,
                                                                 const std::filesystem::path& project,
                                                                 const std::filesystem::path& interpreter,
                                                                 const std::vector<std::string>& environment);

}  // namespace windlass::cli
