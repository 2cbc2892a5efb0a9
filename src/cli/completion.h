// Completion scripts for shells, made from the table of commands.
#pragma once

#include <string>
#include <string_view>

namespace windlass::cli {

/// The script for "bash", "zsh" or "fish"; empty for another shell.
std::string completion_script(std::string_view shell);

}  // namespace windlass::cli
