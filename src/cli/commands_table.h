// The table of commands and their options: help, completion, the parser and the test of docs/commands.md
// all read it. Whoever adds an option adds a row here and takes its value in options.cpp.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace windlass::cli {

struct OptionRow {
  std::string_view name;                  ///< "--format"
  std::string_view letter;                ///< "-n"; empty when there is none
  std::string_view value;                 ///< what the help calls its value; empty for a flag
  std::vector<std::string_view> choices;  ///< all its values, when they are few
  std::string_view help;
  bool repeatable = false;
  std::string_view group;  ///< heading in the help
};

struct CommandRow {
  std::string_view name;
  std::string_view summary;    ///< one line
  std::string_view arguments;  ///< behind the options in the usage line: "[PROJECT]"
  std::string_view about;      ///< a paragraph for its own help
  std::vector<OptionRow> options;
  std::vector<std::string_view> examples;
};

std::span<const CommandRow> commands();
const CommandRow* find_command(std::string_view name);

}  // namespace windlass::cli
