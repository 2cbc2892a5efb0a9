// The only user of CLI11: it is slow to compile.
#include "cli/options.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>

#include "base/text.h"
#include "cli/command_help.h"
#include "cli/commands_table.h"
#include "cli/scenarios.h"
#include "cli/servers.h"
#include "cli/suggest.h"

namespace windlass::cli {

namespace {

using Values = std::vector<std::string>;

base::Error usage(std::string attempted, std::string on, std::string got, std::string hint) {
  return {std::move(attempted), std::move(on), std::move(got), std::move(hint), base::Exit::Usage};
}

/// What was given for one command: the values of each option by its long name.
class Given {
 public:
  std::map<std::string, Values, std::less<>> values;
  std::map<std::string, bool, std::less<>> flags;
  Values arguments;

  bool flag(std::string_view name) const {
    const auto at = flags.find(name);
    return at != flags.end() && at->second;
  }
  const Values& all(std::string_view name) const {
    static const Values kNone;
    const auto at = values.find(name);
    return at == values.end() ? kNone : at->second;
  }
  std::string last(std::string_view name) const {
    return all(name).empty() ? std::string() : all(name).back();
  }
};

/// The names and letters of a command's options, for "did you mean".
Values option_names(const CommandRow& command) {
  Values names = {"--help"};
  for (const OptionRow& option : command.options) names.emplace_back(option.name);
  return names;
}

base::Error unknown_word(const CommandRow& command, const std::string& word) {
  const std::string where = fmt::format("windlass {}", command.name);
  if (word.starts_with('-')) {
    const std::string name = word.substr(0, word.find('='));
    return usage(
        "read the command line", where, fmt::format("there is no option {}", name),
        did_you_mean(name, option_names(command), fmt::format("`{} --help` lists its options.", where)));
  }
  if (command.name == "record")
    return usage("read the command line", where, fmt::format("unexpected word \"{}\"", word),
                 "Put -- before the command: windlass record -- COMMAND...");
  return usage("read the command line", where, fmt::format("one argument too many: \"{}\"", word),
               fmt::format("`{} --help` shows how it is called.", where));
}

/// How many there may be, as the usage line has them: "[PROJECT]", "A B". Words behind dashes are none.
size_t arguments_by_place(const CommandRow& command) {
  if (command.arguments.empty() || command.arguments.starts_with("--")) return 0;
  return base::split(command.arguments, ' ').size();
}

base::Result<Given> parse_words(const CommandRow& command, Values words) {
  Given given;
  CLI::App app;
  app.set_help_flag("-h,--help");
  for (const OptionRow& option : command.options) {
    const std::string name(option.name);
    const std::string spelled = option.letter.empty() ? name : std::string(option.letter) + "," + name;
    if (option.value.empty())
      app.add_flag(spelled, given.flags[name]);
    else if (option.value.starts_with('['))  // none, or as many as there are
      app.add_option(spelled, given.values[name])->expected(0, -1);
    else
      app.add_option(spelled, given.values[name])->allow_extra_args(false)->expected(1);
    if (!option.value.empty()) app.get_option(name)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
  const size_t by_place = arguments_by_place(command);
  if (by_place > 0) app.add_option("argument", given.arguments)->expected(0, -1);
  app.allow_extras();
  std::reverse(words.begin(), words.end());
  try {
    app.parse(words);
  } catch (const CLI::CallForHelp&) {
    given.flags["--help"] = true;
    return given;
  } catch (const CLI::ArgumentMismatch& error) {
    // CLI11 leads with the option's name: "--postgres: 1 required VALUE missing".
    const std::string what = error.what();
    const std::string name = what.substr(0, what.find(':'));
    return base::fail(usage("read the command line", fmt::format("windlass {}", command.name),
                            fmt::format("{} needs a value", name),
                            fmt::format("`windlass {} --help` shows which.", command.name)));
  } catch (const CLI::ParseError& error) {
    return base::fail(usage("read the command line", fmt::format("windlass {}", command.name), error.what(),
                            fmt::format("`windlass {} --help` lists its options.", command.name)));
  }
  for (const OptionRow& option : command.options)
    if (const std::string name(option.name); option.value.starts_with('[')) {
      given.flags[name] = app.get_option(name)->count() > 0;
      std::erase(given.values[name], "");
    }
  if (const Values extra = app.remaining(); !extra.empty())
    return base::fail(unknown_word(command, extra.front()));
  if (given.arguments.size() > by_place) return base::fail(unknown_word(command, given.arguments[by_place]));
  for (const OptionRow& option : command.options) {
    const Values& values = given.all(option.name);
    if (values.size() > 1 && !option.repeatable)
      return base::fail(usage("read the command line", fmt::format("windlass {}", command.name),
                              fmt::format("{} is given {} times", option.name, values.size()),
                              "Give it once."));
    for (const std::string& value : values) {
      if (option.choices.empty() ||
          std::find(option.choices.begin(), option.choices.end(), value) != option.choices.end())
        continue;
      Values choices(option.choices.begin(), option.choices.end());
      return base::fail(
          usage(fmt::format("read {}", option.name), value, "no such value",
                did_you_mean(value, choices, fmt::format("It is one of {}.", base::join(choices, ", ")))));
    }
  }
  return given;
}

base::Result<run::Variables> variables(const Values& words) {
  run::Variables found;
  for (const std::string& word : words) {
    const size_t sign = word.find('=');
    if (sign == std::string::npos || sign == 0)
      return base::fail(usage("read --env", word, "no NAME=VALUE", "Write it as --env 'NAME=VALUE'."));
    found.emplace_back(word.substr(0, sign), word.substr(sign + 1));
  }
  return found;
}

base::Result<PlaceOptions> place_options(const Given& given) {
  PlaceOptions place;
  place.postgres = given.last("--postgres");
  WINDLASS_CHECK(server_words(place.postgres));
  place.scratch_url = given.last("--scratch-url");
  if (!place.postgres.empty() && !place.scratch_url.empty())
    return base::fail(usage("read the command line", "--postgres and --scratch-url", "both are given",
                            "--scratch-url names a server that runs already: leave --postgres out."));
  place.no_superuser = given.flag("--no-superuser");
  place.run_as = given.last("--run-as");
  place.no_isolation = given.flag("--no-isolation");
  place.keep = given.flag("--keep");
  place.env = WINDLASS_TRY(variables(given.all("--env")));
  place.recording = given.last("--recording");
  place.parameters = given.last("--parameters");
  return place;
}

base::Result<OutputOptions> output_options(const CommandRow& command, const Given& given) {
  OutputOptions output;
  if (const std::string format = given.last("--format"); !format.empty())
    output.format = format;
  else if (const char* set = std::getenv("WINDLASS_FORMAT"))
    for (const OptionRow& option : command.options)
      if (option.name == "--format" && std::count(option.choices.begin(), option.choices.end(), set) == 1)
        output.format = set;
  output.output = given.last("--output");
  output.quiet = given.flag("--quiet");
  output.verbose = given.flag("--verbose");
  output.no_color = given.flag("--no-color");
  if (output.quiet && output.verbose)
    return base::fail(
        usage("read the command line", "--quiet and --verbose", "both are given", "Choose one."));
  return output;
}

/// What every command about a chain has.
template <typename Options>
void chain_options(const Given& given, Options& options) {
  if (!given.arguments.empty()) options.project = given.arguments.front();
  if (const std::string project = given.last("--project"); !project.empty()) options.project = project;
  options.config = given.last("--config");
  options.name = given.last("--name");
  options.python = given.last("--python");
}

base::Result<void> chain_run_options(const Given& given, ChainRunOptions& options) {
  chain_options(given, options);
  options.x = given.all("--x-argument");
  options.place = WINDLASS_TRY(place_options(given));
  options.timeout = given.last("--timeout");
  options.env_file = given.last("--env-file");
  return {};
}

/// How the chain is run by a check, and by what makes something of one.
base::Result<void> whole_check_options(const Given& given, WholeCheckOptions& check) {
  WINDLASS_CHECK(chain_run_options(given, check));
  check.from = given.last("--from");
  check.to = given.last("--to");
  check.no_cache = given.flag("--no-cache");
  for (const std::string& words : given.all("--scenarios"))
    for (const std::string& name : scenario_words(words)) {
      WINDLASS_CHECK(check_scenario_name(name));
      check.scenarios.push_back(name);
    }
  check.as_role = given.last("--as-role");
  check.all = given.flag("--all");
  check.only = given.all("--only");
  for (const std::string& code : check.only) WINDLASS_CHECK(check_finding_code(code));
  return {};
}

base::Result<Invocation> check_invocation(const CommandRow& command, const Given& given) {
  CheckOptions check;
  WINDLASS_CHECK(whole_check_options(given, check));
  check.first = given.flag("--first");
  check.fail_on = given.last("--fail-on");
  check.baseline = given.last("--baseline");
  check.write_baseline = given.last("--write-baseline");
  if (!check.baseline.empty() && !check.write_baseline.empty())
    return base::fail(usage("read the command line", "--baseline and --write-baseline", "both are given",
                            "--write-baseline writes all that is found: choose one."));
  check.repairs = given.all("--repairs");
  check.output = WINDLASS_TRY(output_options(command, given));
  return check;
}

base::Result<Invocation> fix_invocation(const CommandRow& command, const Given& given) {
  FixOptions fix;
  WINDLASS_CHECK(whole_check_options(given, fix));
  fix.yes = given.flag("--yes");
  fix.dry_run = given.flag("--dry-run");
  fix.released = given.last("--released");
  fix.force = given.flag("--force");
  fix.idempotent = given.flag("--idempotent");
  fix.revisions = given.all("--idempotent");
  fix.new_revision = given.flag("--new-revision");
  if (fix.new_revision && !fix.to.empty())
    return base::fail(usage("read the command line", "--new-revision and --to", "both are given",
                            "A new revision stands behind the heads: the chain has to be run to them."));
  if (fix.idempotent && !fix.place.scratch_url.empty())
    return base::fail(usage("read the command line", "--idempotent and --scratch-url", "both are given",
                            "Whether a chain can be run again is tried on servers of windlass's own."));
  if (fix.yes && fix.dry_run)
    return base::fail(usage("read the command line", "--yes and --dry-run", "both are given", "Choose one."));
  fix.output = WINDLASS_TRY(output_options(command, given));
  return fix;
}

base::Result<Invocation> prove_invocation(const CommandRow& command, const Given& given) {
  ProveOptions prove;
  WINDLASS_CHECK(whole_check_options(given, prove));
  prove.repairs = given.all("--repairs");
  prove.budget = given.last("--budget");
  prove.sign_with = given.last("--sign-with");
  prove.since = given.last("--since");
  prove.dry_run = given.flag("--dry-run");
  prove.output = WINDLASS_TRY(output_options(command, given));
  return prove;
}

base::Result<Invocation> verify_invocation(const CommandRow& command, const Given& given) {
  VerifyOptions verify;
  chain_options(given, verify);
  verify.key = given.last("--key");
  verify.output = WINDLASS_TRY(output_options(command, given));
  return verify;
}

base::Result<Invocation> record_invocation(const CommandRow& command, const Given& given,
                                           const Values& behind) {
  if (behind.empty())
    return base::fail(usage("read the command line", "windlass record", "no command to run",
                            "Write it behind --: windlass record -- psql -f schema.sql"));
  RecordOptions record;
  record.place = WINDLASS_TRY(place_options(given));
  record.timeout = given.last("--timeout");
  record.env_file = given.last("--env-file");
  record.output = WINDLASS_TRY(output_options(command, given));
  record.command = behind;
  return record;
}

base::Result<Invocation> completion_invocation(const Given& given) {
  const Values shells = {"bash", "zsh", "fish"};
  const std::string shell = given.arguments.empty() ? "" : given.arguments.front();
  if (std::find(shells.begin(), shells.end(), shell) == shells.end())
    return base::fail(usage("write a completion script", shell.empty() ? "no shell" : shell,
                            "no shell that windlass knows",
                            did_you_mean(shell, shells, "It is one of bash, zsh, fish.")));
  return CompletionOptions{shell};
}

ReadOptions read_options(const Given& given) {
  return {given.flag("--roles"), given.flag("--sequences"), given.last("--lock-wait")};
}

base::Result<Invocation> snapshot_invocation(const CommandRow& command, const Given& given) {
  SnapshotOptions snapshot;
  snapshot.url = given.last("--url");
  if (snapshot.url.empty())
    return base::fail(usage("read the command line", "windlass snapshot", "no database is named",
                            "Name it: --url postgresql://host/database, or --url service=NAME."));
  snapshot.read = read_options(given);
  snapshot.statements = given.flag("--statements");
  snapshot.no_statements = given.flag("--no-statements");
  if (snapshot.statements && snapshot.no_statements)
    return base::fail(usage("read the command line", "--statements", "it stands beside --no-statements",
                            "Choose one of them; without either they are there where they cost little."));
  snapshot.output = WINDLASS_TRY(output_options(command, given));
  return snapshot;
}

base::Result<Invocation> diff_invocation(const CommandRow& command, const Given& given) {
  if (given.arguments.size() != 2)
    return base::fail(
        usage("read the command line", "windlass diff",
              fmt::format("{} of the two sides is named", given.arguments.empty() ? "none" : "one"),
              "windlass diff A B, each a URL, a snapshot's file, or chain@REVISION."));
  DiffOptions diff;
  WINDLASS_CHECK(chain_run_options(given, diff));
  if (given.last("--project").empty()) diff.project = ".";
  diff.a = given.arguments[0];
  diff.b = given.arguments[1];
  diff.no_owner = given.flag("--no-owner");
  diff.no_privileges = given.flag("--no-privileges");
  diff.no_comments = given.flag("--no-comments");
  diff.no_column_order = given.flag("--no-column-order");
  diff.sql = given.flag("--sql");
  diff.allow_data_loss = given.flag("--allow-data-loss");
  for (const std::string& rename : given.all("--rename")) {
    const size_t equals = rename.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == rename.size())
      return base::fail(
          usage("read the command line", "--rename " + rename, "it is not OLD=NEW",
                "Write both names as the comparison does: public.users.mail=public.users.email."));
    diff.renames.emplace_back(rename.substr(0, equals), rename.substr(equals + 1));
  }
  if (!diff.sql && (diff.allow_data_loss || !diff.renames.empty()))
    return base::fail(usage("read the command line", diff.allow_data_loss ? "--allow-data-loss" : "--rename",
                            "it is about the statements that --sql writes", "Add --sql."));
  diff.read = read_options(given);
  diff.output = WINDLASS_TRY(output_options(command, given));
  return diff;
}

base::Result<Invocation> drift_invocation(const CommandRow& command, const Given& given) {
  DriftOptions drift;
  WINDLASS_CHECK(chain_run_options(given, drift));
  drift.url = given.last("--url");
  if (drift.url.empty())
    return base::fail(usage("read the command line", "windlass drift", "no database is named",
                            "Name it: --url postgresql://host/database, or --url service=NAME."));
  drift.claim = given.last("--claim");
  drift.inspect_data = given.flag("--inspect-data");
  drift.data_timeout = given.last("--data-timeout");
  drift.no_upgrade = given.flag("--no-upgrade");
  drift.repairs = given.all("--repairs");
  drift.read = read_options(given);
  drift.output = WINDLASS_TRY(output_options(command, given));
  return drift;
}

base::Result<Invocation> invocation(const CommandRow& command, const Given& given, const Values& behind) {
  if (given.flag("--help")) return ShowText{command_help(command)};
  if (command.name == "check") return check_invocation(command, given);
  if (command.name == "fix") return fix_invocation(command, given);
  if (command.name == "prove") return prove_invocation(command, given);
  if (command.name == "verify") return verify_invocation(command, given);
  if (command.name == "record") return record_invocation(command, given, behind);
  if (command.name == "graph") {
    GraphOptions graph;
    chain_options(given, graph);
    graph.output = WINDLASS_TRY(output_options(command, given));
    return graph;
  }
  if (command.name == "snapshot") return snapshot_invocation(command, given);
  if (command.name == "diff") return diff_invocation(command, given);
  if (command.name == "drift") return drift_invocation(command, given);
  if (command.name == "init") {
    InitOptions init;
    if (!given.arguments.empty()) init.project = given.arguments.front();
    init.config = given.last("--config");
    init.python = given.last("--python");
    init.print = given.flag("--print");
    return init;
  }
  if (command.name == "doctor") {
    DoctorOptions doctor;
    chain_options(given, doctor);
    doctor.postgres = given.last("--postgres");
    WINDLASS_CHECK(server_words(doctor.postgres));
    doctor.output = WINDLASS_TRY(output_options(command, given));
    return doctor;
  }
  if (command.name == "explain") {
    ExplainOptions explain{given.arguments.empty() ? "" : given.arguments.front()};
    if (!explain.name.empty()) WINDLASS_CHECK(check_finding_code(explain.name));
    return explain;
  }
  if (command.name == "completion") return completion_invocation(given);
  return ShowText{fmt::format("windlass {}\n", WINDLASS_VERSION)};
}

}  // namespace

base::Result<Invocation> parse_command_line(int argc, const char* const* argv) {
  Values words(argv + std::min(argc, 1), argv + argc);
  if (words.empty())
    return base::fail(
        usage("read the command line", "windlass", "no command",
              "`windlass --help` lists the commands; `windlass check` runs the chain of this folder."));
  const std::string first = words.front();
  words.erase(words.begin());
  if (first == "--version" || first == "-V") return ShowText{fmt::format("windlass {}\n", WINDLASS_VERSION)};
  if (first == "--help" || first == "-h" || first == "help") {
    if (words.empty()) return ShowText{program_help()};
    if (const CommandRow* command = find_command(words.front())) return ShowText{command_help(*command)};
    return parse_command_line(2, std::array<const char*, 2>{"windlass", words.front().c_str()}.data());
  }
  const CommandRow* command = find_command(first);
  if (command == nullptr) {
    Values names;
    for (const CommandRow& each : commands()) names.emplace_back(each.name);
    const bool option = first.starts_with('-');
    return base::fail(usage("read the command line", "windlass",
                            option ? fmt::format("the command comes first, not {}", first)
                                   : fmt::format("there is no command \"{}\"", first),
                            did_you_mean(first, names, "`windlass --help` lists the commands.")));
  }
  // What follows -- belongs to the recorded command, whatever it looks like.
  Values behind;
  if (command->name == "record") {
    const auto dashes = std::find(words.begin(), words.end(), "--");
    if (dashes != words.end()) behind.assign(dashes + 1, words.end());
    words.erase(dashes, words.end());
  }
  return invocation(*command, WINDLASS_TRY(parse_words(*command, std::move(words))), behind);
}

std::string wanted_format(int argc, const char* const* argv) {
  std::string format;
  if (const char* set = std::getenv("WINDLASS_FORMAT")) format = set;
  for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    const std::string_view word = argv[i];
    if (word == "--format" && i + 1 < argc) format = argv[i + 1];
    if (word.starts_with("--format=")) format = word.substr(9);
  }
  return format;
}

}  // namespace windlass::cli
