#include "cli/repair_scripts.h"

#include <fmt/core.h>
#include <glob.h>
#include <unistd.h>

#include <set>

#include "base/file.h"
#include "base/process.h"
#include "base/text.h"

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

base::Result<std::vector<std::string>> arguments_of(const fs::path& file, const fs::path& interpreter,
                                                    const std::vector<std::string>& environment) {
  const std::string kind = base::to_lower(file.extension().string());
  if (kind == ".py") return std::vector<std::string>{interpreter.string(), file.string()};
  if (kind == ".sql") {
    const auto path = base::environment_value(environment, "PATH");
    const fs::path psql = base::find_program("psql", path.value_or(""));
    if (psql.empty())
      return base::fail(wrong(file.string(), "psql, which runs it, is not in PATH",
                              "Install PostgreSQL's client programs."));
    return std::vector<std::string>{psql.string(), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", file.string()};
  }
  if (::access(file.c_str(), X_OK) != 0)
    return base::fail(
        wrong(file.string(), "it is neither .py nor .sql, and no program", "Make it executable: chmod +x."));
  return std::vector<std::string>{file.string()};
}

}  // namespace

base::Result<std::vector<RepairScript>> find_repair_scripts(const std::vector<std::string>& patterns,
                                                            const fs::path& folder, const fs::path& project,
                                                            const fs::path& interpreter,
                                                            const std::vector<std::string>& environment) {
  std::set<std::string> files;
  for (const std::string& pattern : patterns) {
    const std::vector<std::string> found = matches((folder / pattern).lexically_normal());
    if (found.empty())
      return base::fail(
          wrong(pattern, "no file is named so", "Patterns are those of the shell: scripts/*.py"));
    files.insert(found.begin(), found.end());
  }
  std::vector<RepairScript> scripts;
  for (const std::string& file : files) {
    RepairScript script;
    script.name = base::relative_to(file, project);
    script.command.arguments = WINDLASS_TRY(arguments_of(file, interpreter, environment));
    script.command.folder = project;
    script.command.interactive = false;
    scripts.push_back(std::move(script));
  }
  return scripts;
}

}  // namespace windlass::cli
