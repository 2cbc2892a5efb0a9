#include "cli/repair_scripts.h"

#include <fmt/core.h>
#include <glob.h>
#include <unistd.h>

#include <set>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "run/client_programs.h"

namespace windlass::cli {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> matches(const fs::path& pattern) {
  glob_t found{};
  std::vector<std::string> files;
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0)
    for (size_t i = 0; i < found.gl_pathc; ++i) {
      std::error_code code;
      if (fs::is_regular_file(found.gl_pathv[i], code)) files.emplace_back(found.gl_pathv[i]);
    }
  ::globfree(&found);
  return files;
}

base::Error wrong(const std::string& on, std::string got, std::string hint) {
  return {"read the repair scripts", on, std::move(got), std::move(hint), base::Exit::Usage};
}

base::Result<run::RecordedCommand> command_for(const fs::path& file, const fs::path& project,
                                               const fs::path& interpreter,
                                               const std::vector<std::string>& environment) {
  run::RecordedCommand command;
  command.folder = project;
  command.interactive = false;
  const std::string kind = base::to_lower(file.extension().string());
  if (kind == ".py") {
    command.python = run::PythonProgram{interpreter, file, project};
  } else if (kind == ".sql") {
    const std::vector<fs::path> psql = run::client_programs("psql", {}, environment);
    if (psql.empty())
      return base::fail(wrong(file.string(), "psql, which runs it, is not in PATH",
                              "Install PostgreSQL's client programs."));
    command.arguments = {psql.front().string(), "-X", "-q", "-f", file.string()};
  } else if (::access(file.c_str(), X_OK) == 0) {
    command.arguments = {file.string()};
  } else {
    return base::fail(
        wrong(file.string(), "it is neither .py nor .sql, and no program", "Make it executable: chmod +x."));
  }
  return command;
}

}  // namespace

base::Result<std::vector<run::RepairScript>> find_repair_scripts(
    const std::vector<std::string>& patterns, const fs::path& folder, const fs::path& project,
    const fs::path& interpreter, const std::vector<std::string>& environment) {
  std::set<std::string> files;
  for (const std::string& pattern : patterns) {
    const std::vector<std::string> found = matches((folder / pattern).lexically_normal());
    if (found.empty())
      return base::fail(
          wrong(pattern, "no file is named so", "Patterns are those of the shell: scripts/*.py"));
    files.insert(found.begin(), found.end());
  }
  std::vector<run::RepairScript> scripts;
  for (const std::string& file : files) {
    auto command = WINDLASS_TRY(command_for(file, project, interpreter, environment));
    scripts.push_back({base::relative_to(file, project), file, std::move(command)});
  }
  return scripts;
}

}  // namespace windlass::cli
