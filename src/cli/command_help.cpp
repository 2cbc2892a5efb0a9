#include "cli/command_help.h"

#include "cli/option_rows.h"

namespace windlass::cli {

namespace {

constexpr size_t kHelpColumn = 30;
constexpr size_t kHelpWidth = 100;

/// `text` wrapped into the column behind the option names.
std::string in_column(std::string_view text) {
  std::string out;
  size_t width = kHelpColumn;
  while (!text.empty()) {
    const size_t end = text.find(' ');
    const std::string_view word = text.substr(0, end);
    if (width + 1 + word.size() > kHelpWidth) {
      out += "\n" + std::string(kHelpColumn, ' ');
      width = kHelpColumn;
    } else if (!out.empty()) {
      out += ' ';
      ++width;
    }
    out += word;
    width += word.size();
    if (end == text.npos) break;
    text.remove_prefix(end + 1);
  }
  return out;
}

std::string row(std::string left, std::string_view right) {
  if (left.size() + 2 > kHelpColumn)
    left += "\n" + std::string(kHelpColumn, ' ');
  else
    left.resize(kHelpColumn, ' ');
  return left + in_column(right) + "\n";
}

std::string option_row(const OptionRow& option) {
  std::string left = "  ";
  left += option.letter.empty() ? "    " : std::string(option.letter) + ", ";
  left += option.name;
  if (!option.value.empty()) left += " " + std::string(option.value);
  std::string help(option.help);
  if (!option.choices.empty()) {
    help += " [";
    for (const std::string_view choice : option.choices) {
      if (choice != option.choices.front()) help += "|";
      help += choice;
    }
    help += "]";
  }
  if (option.repeatable) help += " (repeatable)";
  return row(std::move(left), help);
}

constexpr std::string_view kExitStatus =
    "Exit status:\n"
    "  0  nothing found               1  findings\n"
    "  2  wrong usage, configuration  3  could not look\n"
    "  4  a defect of windlass        130, 143  ended by a signal\n";

}  // namespace

std::string program_help() {
  std::string text =
      "Proves a PostgreSQL migration chain on a clean, throwaway server and says why it breaks.\n\n"
      "Usage: windlass COMMAND [OPTIONS] [PROJECT]\n\nCommands:\n";
  for (const CommandRow& command : commands()) {
    std::string name = "  " + std::string(command.name);
    name.resize(14, ' ');
    text += name + std::string(command.summary) + "\n";
  }
  text +=
      "\nPROJECT is a folder, the current one by default; its chain is found by looking.\n"
      "`windlass COMMAND --help` shows a command's options. Settings are taken from the command line, then\n"
      "from WINDLASS_* variables, then from windlass.toml.\n\n";
  text += kExitStatus;
  text += "\nExamples:\n";
  for (const char* name : {"check", "record", "graph"})
    text += "  " + std::string(find_command(name)->examples.front()) + "\n";
  return text;
}

std::string command_help(const CommandRow& command) {
  std::string text = "windlass " + std::string(command.name) + ": " + std::string(command.summary) +
                     "\n\nUsage: windlass " + std::string(command.name) +
                     (command.options.empty() ? "" : " [OPTIONS]") + (command.arguments.empty() ? "" : " ") +
                     std::string(command.arguments) + "\n";
  if (!command.about.empty()) text += "\n" + std::string(command.about) + "\n";
  for (const std::string_view group : {kMend, kProof, kChain, kPlace, kSettings, kRead, kOutput}) {
    std::string rows;
    for (const OptionRow& option : command.options)
      if (option.group == group) rows += option_row(option);
    if (!rows.empty()) text += "\n" + std::string(group) + ":\n" + rows;
  }
  text += "\n" + row("  -h, --help", "this text");
  text += "\n";
  text += kExitStatus;
  if (!command.examples.empty()) text += "\nExamples:\n";
  for (const std::string_view example : command.examples) text += "  " + std::string(example) + "\n";
  return text;
}

}  // namespace windlass::cli
