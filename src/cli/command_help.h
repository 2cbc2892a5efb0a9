// What --help prints: the table of commands as text.
#pragma once

#include <string>

#include "cli/commands_table.h"

namespace windlass::cli {

/// The help of the whole program.
std::string program_help();
std::string command_help(const CommandRow& command);

}  // namespace windlass::cli
