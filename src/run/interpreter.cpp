#include "run/interpreter.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "base/file.h"
#include "base/process.h"
#include "base/text.h"

namespace windlass::run {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds kProbeLimit{20};
constexpr std::chrono::seconds kToolLimit{30};

bool is_program(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
}

fs::path python_in(const fs::path& environment) {
  for (const char* name : {"bin/python", "bin/python3"})
    if (is_program(environment / name)) return environment / name;
  return {};
}

bool has_alembic_folder(const fs::path& packages) {
  std::error_code error;
  return fs::is_regular_file(packages / "alembic" / "__init__.py", error);
}

/// Whether the files alone show that this interpreter has Alembic: costs no
/// start of it. "No" only means that it has to be asked.
bool plainly_has_alembic(const fs::path& program) {
  const fs::path prefix = program.parent_path().parent_path();
  std::error_code error;
  if (fs::exists(prefix / "pyvenv.cfg", error) || fs::exists(prefix / "conda-meta", error)) {
    for (const char* lib : {"lib", "lib64"})
      for (const auto& entry : fs::directory_iterator(prefix / lib, error))
        if (entry.path().filename().string().starts_with("python") &&
            has_alembic_folder(entry.path() / "site-packages"))
          return true;
    return false;
  }
  // A system's python3 is a link to python3.11, whose number its folders bear.
  const fs::path real = fs::canonical(program, error);
  const std::string version = real.filename().string();
  if (error || !version.starts_with("python3.")) return false;
  const fs::path real_prefix = real.parent_path().parent_path();
  return has_alembic_folder(real_prefix / "local/lib" / version / "dist-packages") ||
         has_alembic_folder(real_prefix / "lib" / version / "site-packages") ||
         (real_prefix == "/usr" && has_alembic_folder("/usr/lib/python3/dist-packages"));
}

/// Empty when it can import Alembic.
std::string problem_of(const fs::path& program, const InterpreterSettings& settings) {
  if (plainly_has_alembic(program)) return {};
  base::ProcessOptions process;
  // Without the working folder on the path: a project's own folder "alembic" is not the package.
  process.arguments = {program.string(), "-B", "-c",
                       "import sys, importlib.util as u\n"
                       "sys.path = [p for p in sys.path if p]\n"
                       "s = u.find_spec('alembic')\n"
                       "sys.exit(0 if s is not None and s.origin else 3)"};
  process.environment = settings.environment;
  process.folder = settings.folder;
  const auto output = base::run_program(process, kProbeLimit);
  if (!output) return output.error().got;
  if (output->timed_out) return "it does not answer";
  if (output->status.ok()) return {};
  if (output->status.code == 3 && output->status.signal == 0) return "it has no Alembic";
  const std::string said(base::trim(output->err));
  return base::to_string(output->status) +
         (said.empty() ? "" : ": " + base::shorten(base::one_line(said), 200));
}

/// The folder, its parents up to the git root (or the project, whichever is further up).
std::vector<fs::path> folders_upward(const InterpreterSettings& settings) {
  std::vector<fs::path> folders;
  std::vector<fs::path> pending;
  for (fs::path at = settings.folder; !at.empty();) {
    pending.push_back(at);
    std::error_code error;
    const bool root = fs::exists(at / ".git", error);
    if (root || at == settings.project) {
      folders.insert(folders.end(), pending.begin(), pending.end());
      pending.clear();
    }
    if (root || at == at.parent_path()) break;
    at = at.parent_path();
  }
  if (folders.empty()) folders.push_back(settings.folder);
  return folders;
}

class Search {
 public:
  explicit Search(const InterpreterSettings& settings) : settings_(settings) {}

  /// All that were looked at; the last is the first that can be used, where there is one.
  std::vector<Interpreter> run() {
    if (!settings_.requested.empty()) {
      requested();
      return std::move(found_);
    }
    const std::vector<fs::path> folders = folders_upward(settings_);
    for (const fs::path& folder : folders)
      for (const char* name : {".venv", "venv", "env"})
        if (!done_) environment(folder / name, base::relative_to(folder / name, settings_.project));
    for (const char* name : {"VIRTUAL_ENV", "CONDA_PREFIX"})
      if (const auto value = base::environment_value(settings_.environment, name);
          !done_ && value && !value->empty())
        environment(*value, name);
    managers(folders);
    for (const char* name : {"python3", "python"})
      if (!done_) candidate(base::find_program(name, path()), fmt::format("{} in PATH", name));
    return std::move(found_);
  }

 private:
  std::string path() const {
    return base::environment_value(settings_.environment, "PATH").value_or("/usr/local/bin:/usr/bin:/bin");
  }

  void requested() {
    const fs::path given(settings_.requested);
    const bool plain = settings_.requested.find('/') == std::string::npos;
    std::error_code error;
    fs::path program = given;
    if (fs::is_directory(given, error))
      program = python_in(given);
    else if (plain)
      program = base::find_program(settings_.requested, path());
    if (program.empty() || !is_program(program)) {
      found_.push_back({given, "--python", "there is no such program"});
      return;
    }
    // A path is meant from where windlass was called; links stay: a virtual environment is one.
    candidate(fs::absolute(program).lexically_normal(), "--python");
  }

  void environment(const fs::path& folder, const std::string& how) { candidate(python_in(folder), how); }

  void candidate(const fs::path& program, const std::string& how) {
    if (program.empty() || done_) return;
    const bool known = std::any_of(found_.begin(), found_.end(),
                                   [&](const Interpreter& other) { return other.program == program; });
    if (known) return;
    found_.push_back({program, how, problem_of(program, settings_)});
    done_ = found_.back().problem.empty();
  }

  /// Tools that keep environments elsewhere: asked only where the project is theirs.
  void managers(const std::vector<fs::path>& folders) {
    for (const fs::path& folder : folders) {
      std::error_code error;
      const auto has = [&](const char* name) { return fs::is_regular_file(folder / name, error); };
      const auto pyproject = [&](std::string_view table) {
        return has("pyproject.toml") &&
               base::contains(base::read_file(folder / "pyproject.toml", size_t{4} << 20).value_or(""),
                              table);
      };
      if (!done_ && (has("poetry.lock") || pyproject("[tool.poetry]")))
        environment(ask(folder, {"poetry", "env", "info", "-p"}), "poetry");
      const bool uv = has("uv.lock") || pyproject("[tool.uv]");
      // `uv python find` does not heed it.
      if (const auto kept = base::environment_value(settings_.environment, "UV_PROJECT_ENVIRONMENT");
          !done_ && uv && kept && !kept->empty())
        environment(folder / *kept, "uv");
      if (!done_ && uv) candidate(ask(folder, {"uv", "python", "find"}), "uv");
      if (!done_ && (has("Pipfile") || has("Pipfile.lock")))
        environment(ask(folder, {"pipenv", "--venv"}), "pipenv");
    }
  }

  fs::path ask(const fs::path& folder, std::vector<std::string> command) const {
    const fs::path program = base::find_program(command.front(), path());
    if (program.empty()) return {};
    command.front() = program.string();
    base::ProcessOptions process;
    process.arguments = std::move(command);
    process.environment = settings_.environment;
    process.folder = folder;
    const auto output = base::run_program(process, kToolLimit);
    if (!output || output->timed_out || !output->status.ok()) return {};
    const std::vector<std::string> lines = base::split(base::trim(output->out), '\n');
    return fs::path(std::string(base::trim(lines.back())));
  }

  const InterpreterSettings& settings_;
  bool done_ = false;
  std::vector<Interpreter> found_;
};

}  // namespace

base::Result<FoundInterpreter> find_interpreter(const InterpreterSettings& settings) {
  std::vector<Interpreter> tried = Search(settings).run();
  if (!tried.empty() && tried.back().problem.empty()) {
    FoundInterpreter found;
    found.chosen = std::move(tried.back());
    tried.pop_back();
    found.passed_over = std::move(tried);
    return found;
  }
  std::vector<std::string> reasons;
  for (const Interpreter& each : tried)
    reasons.push_back(fmt::format("{} ({}): {}", each.program.string(), each.found_by, each.problem));
  base::Error error;
  error.attempted = "find the project's Python interpreter";
  error.on = settings.folder.string();
  error.got = reasons.empty() ? "there is no python3 in PATH, and no virtual environment in the project"
                              : base::join(reasons, "; ");
  error.hint = settings.requested.empty()
                   ? "Activate the project's environment, or name its interpreter: --python PATH (or `python "
                     "= \"PATH\"` in "
                     "windlass.toml). It must have Alembic and the database driver installed."
                   : "Give --python an interpreter that has Alembic installed, or the folder of its virtual "
                     "environment.";
  error.exit = settings.requested.empty() ? base::Exit::CouldNotLook : base::Exit::Usage;
  return base::fail(std::move(error));
}

}  // namespace windlass::run
