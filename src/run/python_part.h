// The Python part: small programs carried inside windlass and run by the
// project's own interpreter.
#pragma once

#include <filesystem>

#include "base/error.h"

namespace windlass::run {

/// Writes the Python part below `folder`, readable for any user who can reach
/// it; returns the path of the program to start.
base::Result<std::filesystem::path> unpack_python_part(const std::filesystem::path& folder);

/// Beside it: the program that runs a Python program of the project's, its statements with file and line.
std::filesystem::path script_program(const std::filesystem::path& program);

}  // namespace windlass::run
