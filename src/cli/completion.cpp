#include "cli/completion.h"

#include <fmt/core.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/commands_table.h"
#include "cli/output.h"
#include "cli/scenarios.h"
#include "diagnose/explain.h"

namespace windlass::cli {

namespace {

std::string command_names() {
  std::string names;
  for (const CommandRow& command : commands())
    names += (names.empty() ? "" : " ") + std::string(command.name);
  return names;
}

std::string words(const std::vector<std::string_view>& values) {
  std::string text;
  for (const std::string_view value : values) text += (text.empty() ? "" : " ") + std::string(value);
  return text;
}

std::string codes() { return base::join(diagnose::finding_codes(), " "); }

/// The values an option can be completed with; empty: files (or nothing).
std::string values_of(const OptionRow& option) {
  if (option.name == "--scenarios") return base::join(scenario_names(), " ");
  return option.name == "--only" ? codes() : words(option.choices);
}

std::string argument_values(const CommandRow& command) {
  if (command.name == "completion") return "bash zsh fish";
  if (command.name == "explain") return codes();
  return {};
}

bool takes_file(const OptionRow& option) { return option.value == "FILE" || option.value == "PROGRAM"; }

/// `text` with `before` put before each character of `which`.
std::string escaped(std::string_view text, std::string_view which, std::string_view before) {
  std::string result;
  for (const char c : text) {
    if (which.find(c) != std::string_view::npos) result += before;
    result += c;
  }
  return result;
}

/// Between single quotes of zsh, within which nothing can be escaped: they are closed, and opened again.
std::string zsh_quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

/// One argument of zsh's _arguments: NAME[HELP]:VALUE:ACTION (zshcompsys(1)).
std::string zsh_argument(std::string_view name, std::string_view help, std::string_view value,
                         std::string_view action, bool repeatable) {
  std::string spec = fmt::format("{}{}[{}]", repeatable ? "*" : "", name, escaped(help, "[]\\", "\\"));
  if (!value.empty()) spec += fmt::format(":{}:{}", escaped(value, ":\\", "\\"), action);
  return zsh_quoted(spec);
}

std::string fish_quoted(std::string_view text) { return "'" + escaped(text, "'\\", "\\") + "'"; }

std::string bash_script() {
  std::string cases, values;
  for (const CommandRow& command : commands()) {
    std::string names = "--help";
    for (const OptionRow& option : command.options) names += " " + std::string(option.name);
    cases += fmt::format("    {}) options='{}'; arguments='{}' ;;\n", command.name, names,
                         argument_values(command));
    for (const OptionRow& option : command.options) {
      if (option.value.empty()) continue;
      const std::string pattern =
          fmt::format("{}:{}{}", command.name, option.name,
                      option.letter.empty() ? "" : fmt::format("|{}:{}", command.name, option.letter));
      if (const std::string known = values_of(option); !known.empty())
        values +=
            fmt::format("    {}) COMPREPLY=($(compgen -W '{}' -- \"$word\")); return ;;\n", pattern, known);
      else if (takes_file(option))
        values += fmt::format("    {}) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n", pattern);
      else
        values += fmt::format("    {}) return ;;\n", pattern);
    }
  }
  return fmt::format(
      "# Completion of windlass for bash.\n"
      "_windlass() {{\n"
      "  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} "
      "command=${{COMP_WORDS[1]}}\n"
      "  local options= arguments= i\n"
      "  COMPREPLY=()\n"
      "  if ((COMP_CWORD == 1)); then\n"
      "    COMPREPLY=($(compgen -W '{} --help --version' -- \"$word\"))\n"
      "    return\n"
      "  fi\n"
      "  if [[ $command == record ]]; then\n"
      "    for ((i = 2; i < COMP_CWORD; i++)); do\n"
      "      if [[ ${{COMP_WORDS[i]}} == -- ]]; then\n"
      "        COMPREPLY=($(compgen -c -f -- \"$word\"))\n"
      "        return\n"
      "      fi\n"
      "    done\n"
      "  fi\n"
      "  case $command:$before in\n{}  esac\n"
      "  case $command in\n{}  esac\n"
      "  if [[ $word == -* ]]; then\n"
      "    COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
      "  elif [[ -n $arguments ]]; then\n"
      "    COMPREPLY=($(compgen -W \"$arguments\" -- \"$word\"))\n"
      "  else\n"
      "    COMPREPLY=($(compgen -d -- \"$word\"))\n"
      "  fi\n"
      "}}\n"
      "complete -o filenames -F _windlass windlass\n",
      command_names(), values, cases);
}

std::string zsh_script() {
  std::string list, cases;
  for (const CommandRow& command : commands()) {
    list += fmt::format("    {}\n", zsh_quoted(fmt::format("{}:{}", command.name, command.summary)));
    cases += fmt::format("    {})\n      _arguments -S '(-h --help)'{{-h,--help}}'[show the options]'",
                         command.name);
    for (const OptionRow& option : command.options) {
      const std::string known = values_of(option);
      const std::string action = !known.empty()       ? fmt::format("({})", known)
                                 : takes_file(option) ? "_files"
                                                      : " ";
      for (const std::string_view name : {option.name, option.letter})
        if (!name.empty())
          cases += " \\\n        " + zsh_argument(name, option.help, option.value, action, option.repeatable);
    }
    if (const std::string known = argument_values(command); !known.empty())
      cases += fmt::format(" \\\n        '1:argument:({})'", known);
    else if (command.name == "record")
      cases += " \\\n        '*::command:_normal'";
    else if (command.arguments == "[PROJECT]")
      cases += " \\\n        '1:project:_directories'";
    cases += "\n      ;;\n";
  }
  return fmt::format(
      "#compdef windlass\n"
      "# Completion of windlass for zsh.\n"
      "_windlass() {{\n"
      "  local -a known\n"
      "  known=(\n{}  )\n"
      "  if ((CURRENT == 2)); then\n"
      "    _describe command known\n"
      "    return\n"
      "  fi\n"
      "  local command=$words[2]\n"
      "  shift words\n"
      "  ((CURRENT--))\n"
      "  case $command in\n{}  esac\n"
      "}}\n"
      "if [[ $funcstack[1] == _windlass ]]; then\n"
      "  _windlass \"$@\"\n"
      "else\n"
      "  compdef _windlass windlass\n"
      "fi\n",
      list, cases);
}

std::string fish_script() {
  std::string text =
      "# Completion of windlass for fish.\n"
      "complete -c windlass -f -n __fish_use_subcommand -l version -d 'the version of windlass'\n";
  for (const CommandRow& command : commands()) {
    text += fmt::format("complete -c windlass -f -n __fish_use_subcommand -a {} -d {}\n", command.name,
                        fish_quoted(command.summary));
    const std::string where =
        fmt::format("complete -c windlass -n '__fish_seen_subcommand_from {}'", command.name);
    for (const OptionRow& option : command.options) {
      text += fmt::format("{} -l {}", where, option.name.substr(2));
      if (!option.letter.empty()) text += fmt::format(" -s {}", option.letter.substr(1));
      if (const std::string known = values_of(option); !known.empty())
        text += fmt::format(" -x -a '{}'", known);
      else if (!option.value.empty())
        text += takes_file(option) ? " -r -F" : " -x";
      text += fmt::format(" -d {}\n", fish_quoted(option.help));
    }
    if (const std::string known = argument_values(command); !known.empty())
      text += fmt::format("{} -f -a '{}'\n", where, known);
  }
  return text;
}

}  // namespace

std::string completion_script(std::string_view shell) {
  if (shell == "bash") return bash_script();
  if (shell == "zsh") return zsh_script();
  if (shell == "fish") return fish_script();
  return {};
}

base::Result<int> run_completion_command(const CompletionOptions& options) {
  WINDLASS_CHECK(write_result("", completion_script(options.shell)));
  return 0;
}

}  // namespace windlass::cli
