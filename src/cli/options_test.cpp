#include "cli/options.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>

#include "base/file.h"
#include "base/text.h"
#include "cli/command_help.h"
#include "cli/commands_table.h"
#include "cli/completion.h"

namespace windlass::cli {
namespace {

base::Result<Invocation> parse(std::vector<std::string> words) {
  std::vector<const char*> argv = {"windlass"};
  for (const std::string& word : words) argv.push_back(word.c_str());
  return parse_command_line(static_cast<int>(argv.size()), argv.data());
}

template <typename Options>
Options parsed(std::vector<std::string> words) {
  auto invocation = parse(std::move(words));
  if (!invocation) {
    ADD_FAILURE() << invocation.error().got;
    return {};
  }
  if (!std::holds_alternative<Options>(*invocation)) {
    ADD_FAILURE() << "another command";
    return {};
  }
  return std::get<Options>(*invocation);
}

/// Got and hint of the usage error.
std::string refused(std::vector<std::string> words) {
  const auto invocation = parse(std::move(words));
  if (invocation) return "(accepted)";
  EXPECT_EQ(invocation.error().exit, base::Exit::Usage);
  return invocation.error().got + " | " + invocation.error().hint;
}

TEST(Options, CheckTakesEveryOptionOfItsRow) {
  const auto check = parsed<CheckOptions>({"check",
                                           "services/api",
                                           "--config",
                                           "a.ini",
                                           "-n",
                                           "other",
                                           "-x",
                                           "a=1",
                                           "-x",
                                           "b=2",
                                           "--from",
                                           "007",
                                           "--to",
                                           "010",
                                           "--python",
                                           ".venv",
                                           "--postgres",
                                           "17",
                                           "--no-superuser",
                                           "--run-as",
                                           "me",
                                           "--no-isolation",
                                           "--keep",
                                           "--timeout",
                                           "5m",
                                           "--env",
                                           "A=1=2",
                                           "-e",
                                           "B=",
                                           "--env-file",
                                           "x.env",
                                           "--recording",
                                           "r.json",
                                           "--parameters",
                                           "values",
                                           "--format",
                                           "json",
                                           "-o",
                                           "out.json",
                                           "--fail-on",
                                           "warning",
                                           "--only",
                                           "type-created-twice",
                                           "--baseline",
                                           "known.json",
                                           "-q",
                                           "--no-color"});
  EXPECT_EQ(check.project, "services/api");
  EXPECT_EQ(check.config, "a.ini");
  EXPECT_EQ(check.name, "other");
  EXPECT_EQ(check.x, (std::vector<std::string>{"a=1", "b=2"}));
  EXPECT_EQ(check.from, "007");
  EXPECT_EQ(check.to, "010");
  EXPECT_EQ(check.python, ".venv");
  EXPECT_EQ(check.place.postgres, "17");
  EXPECT_TRUE(check.place.no_superuser);
  EXPECT_EQ(check.place.run_as, "me");
  EXPECT_TRUE(check.place.no_isolation);
  EXPECT_TRUE(check.place.keep);
  EXPECT_EQ(check.timeout, "5m");
  EXPECT_EQ(check.place.env, (run::Variables{{"A", "1=2"}, {"B", ""}}));
  EXPECT_EQ(check.env_file, "x.env");
  EXPECT_EQ(check.place.recording, "r.json");
  EXPECT_EQ(check.place.parameters, "values");
  EXPECT_EQ(check.output.format, "json");
  EXPECT_EQ(check.output.output, "out.json");
  EXPECT_EQ(check.fail_on, "warning");
  EXPECT_EQ(check.only, std::vector<std::string>{"type-created-twice"});
  EXPECT_EQ(check.baseline, "known.json");
  EXPECT_EQ(parsed<CheckOptions>({"check", "--write-baseline", "known.json"}).write_baseline, "known.json");
  EXPECT_TRUE(check.output.quiet);
  EXPECT_TRUE(check.output.no_color);
}

TEST(Options, NothingGivenIsTheFolderAndText) {
  const auto check = parsed<CheckOptions>({"check"});
  EXPECT_EQ(check.project, ".");
  EXPECT_EQ(check.output.format, "text");
  EXPECT_TRUE(check.timeout.empty());
  EXPECT_TRUE(check.to.empty());
}

TEST(Options, AFolderAfterRepeatableOptionsIsTheProject) {
  EXPECT_EQ(parsed<CheckOptions>({"check", "-x", "a=1", "api"}).project, "api");
  EXPECT_EQ(parsed<CheckOptions>({"check", "--env=A=1", "api"}).project, "api");
}

TEST(Options, WhatFollowsTheDashesBelongsToTheCommand) {
  const auto record =
      parsed<RecordOptions>({"record", "--format", "json", "--", "psql", "-c", "x", "--", "--format", "no"});
  EXPECT_EQ(record.command, (std::vector<std::string>{"psql", "-c", "x", "--", "--format", "no"}));
  EXPECT_EQ(record.output.format, "json");
  EXPECT_TRUE(base::contains(refused({"record", "psql"}), "Put -- before the command"));
  EXPECT_TRUE(base::contains(refused({"record", "--"}), "no command to run"));
}

TEST(Options, MisspellingsAreNamed) {
  EXPECT_TRUE(base::contains(refused({"chekc"}), "Did you mean `check`?"));
  EXPECT_TRUE(base::contains(refused({"check", "--postgers", "15"}), "Did you mean `--postgres`?"));
  EXPECT_TRUE(base::contains(refused({"check", "--format", "jsno"}), "Did you mean `json`?"));
  EXPECT_TRUE(base::contains(refused({"check", "--only", "type-create-twice"}),
                             "Did you mean `type-created-twice`?"));
  EXPECT_TRUE(
      base::contains(refused({"explain", "table-created-twise"}), "Did you mean `table-created-twice`?"));
  EXPECT_TRUE(base::contains(refused({"completion", "bsh"}), "Did you mean `bash`?"));
  EXPECT_TRUE(base::contains(refused({"help", "grahp"}), "Did you mean `graph`?"));
}

TEST(Options, WrongUsageSaysWhatIsWrong) {
  EXPECT_TRUE(base::contains(refused({}), "no command"));
  EXPECT_TRUE(base::contains(refused({"--quiet", "check"}), "the command comes first"));
  EXPECT_TRUE(base::contains(refused({"check", "a", "b"}), "one argument too many: \"b\""));
  EXPECT_TRUE(base::contains(refused({"check", "--postgres"}), "needs a value"))
      << refused({"check", "--postgres"});
  EXPECT_TRUE(base::contains(refused({"check", "--env", "A"}), "no NAME=VALUE"));
  EXPECT_TRUE(base::contains(refused({"check", "--to", "1", "--to", "2"}), "2 times"));
  EXPECT_TRUE(base::contains(refused({"check", "-q", "-v"}), "both are given"));
  EXPECT_TRUE(base::contains(refused({"check", "--postgres", "15", "--scratch-url", "postgres://x"}),
                             "both are given"));
  EXPECT_TRUE(
      base::contains(refused({"check", "--baseline", "a", "--write-baseline", "a"}), "both are given"));
  EXPECT_TRUE(base::contains(refused({"graph", "--format", "github"}), "no such value"));
}

TEST(Options, HelpAndVersion) {
  EXPECT_TRUE(parsed<ShowText>({"--help"}).text.starts_with("Proves a PostgreSQL migration chain"));
  EXPECT_EQ(parsed<ShowText>({"help"}).text, program_help());
  EXPECT_EQ(parsed<ShowText>({"help", "graph"}).text, command_help(*find_command("graph")));
  EXPECT_EQ(parsed<ShowText>({"check", "--help"}).text, command_help(*find_command("check")));
  EXPECT_EQ(parsed<ShowText>({"check", "x", "-h"}).text, command_help(*find_command("check")));
  EXPECT_EQ(parsed<ShowText>({"--version"}).text, std::string("windlass ") + WINDLASS_VERSION + "\n");
  EXPECT_EQ(parsed<ShowText>({"version"}).text, parsed<ShowText>({"--version"}).text);
}

TEST(Options, TheFormatMayComeFromTheEnvironment) {
  ::setenv("WINDLASS_FORMAT", "json", 1);
  EXPECT_EQ(parsed<CheckOptions>({"check"}).output.format, "json");
  EXPECT_EQ(parsed<CheckOptions>({"check", "--format", "text"}).output.format, "text");
  const char* argv[] = {"windlass", "nonsense"};
  EXPECT_EQ(wanted_format(2, argv), "json");
  ::setenv("WINDLASS_FORMAT", "dot", 1);
  EXPECT_EQ(parsed<CheckOptions>({"check"}).output.format, "text");
  ::unsetenv("WINDLASS_FORMAT");
  const char* with_flag[] = {"windlass", "check", "--format=json", "--nonsense"};
  EXPECT_EQ(wanted_format(4, with_flag), "json");
  const char* behind[] = {"windlass", "record", "--", "--format=json"};
  EXPECT_NE(wanted_format(4, behind), "json");
}

RC_GTEST_PROP(OptionsProperty, AnyWordsAreParsedOrRefusedAsUsage, (const std::vector<std::string>& words)) {
  std::vector<std::string> all = {"check"};
  for (const std::string& word : words) all.push_back(word.substr(0, word.find('\0')));
  const auto invocation = parse(all);
  if (!invocation) RC_ASSERT(invocation.error().exit == base::Exit::Usage);
}

TEST(Help, EveryLineFitsAndEveryOptionIsThere) {
  for (const CommandRow& command : commands()) {
    const std::string help = command_help(command);
    for (const std::string& line : base::split(help, '\n')) EXPECT_LE(line.size(), 110u) << line;
    for (const OptionRow& option : command.options)
      EXPECT_TRUE(base::contains(help, std::string(option.name))) << command.name << " " << option.name;
    EXPECT_TRUE(base::contains(help, "Exit status:"));
  }
}

/// docs/commands.md is the page about all this: no option may be missing there.
TEST(Help, TheManualNamesEveryCommandAndOption) {
  const std::string manual = base::read_file(WINDLASS_SOURCE_ROOT "/docs/commands.md").value_or("");
  for (const CommandRow& command : commands()) {
    EXPECT_TRUE(base::contains(manual, "## windlass " + std::string(command.name))) << command.name;
    for (const OptionRow& option : command.options)
      EXPECT_TRUE(base::contains(manual, "`" + std::string(option.name)))
          << command.name << " " << option.name;
  }
}

TEST(Completion, NamesCommandsOptionsAndFindings) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const std::string script = completion_script(shell);
    for (const CommandRow& command : commands()) {
      EXPECT_TRUE(base::contains(script, std::string(command.name))) << shell;
      for (const OptionRow& option : command.options)
        EXPECT_TRUE(base::contains(script, std::string(option.name.substr(2))))
            << shell << " " << option.name;
    }
    EXPECT_TRUE(base::contains(script, "type-created-twice")) << shell;
  }
  EXPECT_TRUE(completion_script("csh").empty());
}

}  // namespace
}  // namespace windlass::cli
