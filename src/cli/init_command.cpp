// windlass init: writes a commented windlass.toml, with what was found.
#include <fmt/core.h>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/new_config.h"
#include "cli/output.h"
#include "cli/settings.h"
#include "run/other_sources.h"

namespace windlass::cli {

namespace {

namespace fs = std::filesystem;

constexpr size_t kLargest = size_t{1} << 20;  // bytes of a source that is looked into

std::vector<std::string> scripts_of(const fs::path& project) {
  std::vector<std::string> scripts;
  for (const std::string& name : run::other_sources(project, {}))
    if (const auto text = base::read_file(project / name, kLargest);
        text && may_be_repair_script(name, *text))
      scripts.push_back(name);
  return scripts;
}

}  // namespace

base::Result<int> run_init_command(const InitOptions& options) {
  const ChainAtHand at_hand = WINDLASS_TRY(
      find_chain_at_hand({options.project, options.config, "", options.python}, base::current_environment()));
  const fs::path& project = at_hand.project.project;
  const fs::path file = project / "windlass.toml";
  std::error_code code;
  if (!options.print && fs::exists(fs::symlink_status(file, code)))
    return base::fail({"write a new windlass.toml", file.string(), "it is there already",
                       "--print shows what would be written.", base::Exit::Usage});
  FoundSettings found;
  const auto beside = [&](const std::string& given) {
    return given.empty() ? given : base::relative_to(fs::absolute(given, code), project);
  };
  // A bare word is looked up in PATH, also when it stands in the file.
  found.python = options.python.find('/') == std::string::npos ? options.python : beside(options.python);
  found.config = beside(options.config);
  found.scripts = scripts_of(project);
  const std::string text = new_config(found);
  if (options.print) {
    WINDLASS_CHECK(write_result("", text));
    return 0;
  }
  WINDLASS_CHECK(base::write_file(file, text));
  WINDLASS_CHECK(
      write_result("", fmt::format("{} is written. Everything in it may be left out; `windlass doctor` shows "
                                   "what is found.\n",
                                   file.string())));
  return 0;
}

}  // namespace windlass::cli
