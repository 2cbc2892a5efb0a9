// The program: one table of commands, one place where errors become output.
#pragma once

namespace windlass::cli {

/// Runs the command line; returns the exit status (docs/commands.md).
int run(int argc, char** argv);

}  // namespace windlass::cli
