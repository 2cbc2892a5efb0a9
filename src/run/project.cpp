#include "run/project.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "base/file.h"
#include "base/text.h"
#include "run/project_ini.h"

namespace windlass::run {

namespace fs = std::filesystem;

namespace {

constexpr int kDepth = 4;
/// A folder of this many folders is no project (someone's home, the whole disk): looking on would only cost
/// time.
constexpr int kMostFolders = 20000;

base::Error usage(std::string attempted, const fs::path& on, std::string got, std::string hint) {
  return {std::move(attempted), on.string(), std::move(got), std::move(hint), base::Exit::Usage};
}

std::string text_of(const fs::path& file) { return base::read_file(file, size_t{4} << 20).value_or(""); }

/// The configuration in this very folder; empty when there is none. Alembic
/// itself reads pyproject.toml beside an alembic.ini: the latter names the pair.
fs::path config_in(const fs::path& folder) {
  std::error_code error;
  if (fs::is_regular_file(folder / "alembic.ini", error)) return folder / "alembic.ini";
  if (fs::is_regular_file(folder / "pyproject.toml", error) &&
      has_alembic_table(text_of(folder / "pyproject.toml")))
    return folder / "pyproject.toml";
  return {};
}

bool is_passed_by(const fs::path& folder) {
  const std::string name = folder.filename().string();
  if (name.starts_with('.') || name == "node_modules" || name == "site-packages" || name == "dist-packages" ||
      name == "__pycache__")
    return true;
  std::error_code error;
  return fs::exists(folder / "pyvenv.cfg", error) || fs::exists(folder / "conda-meta", error);
}

void search(const fs::path& folder, int depth, int& folders, std::vector<fs::path>& found) {
  if (depth > kDepth || ++folders > kMostFolders) return;
  std::vector<fs::path> inside;
  std::error_code error;
  for (fs::directory_iterator at(folder, fs::directory_options::skip_permission_denied, error), end;
       !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (at->is_directory(ignored) && !at->is_symlink(ignored) && !is_passed_by(at->path()))
      inside.push_back(at->path());
  }
  std::sort(inside.begin(), inside.end());
  for (const fs::path& each : inside) {
    if (fs::path config = config_in(each); !config.empty()) found.push_back(std::move(config));
    search(each, depth + 1, folders, found);
  }
}

/// For the hint: a configuration further up, as when one stands inside the versions folder.
fs::path config_above(const fs::path& folder) {
  for (fs::path at = folder; at.has_parent_path() && at != at.parent_path();) {
    std::error_code error;
    if (fs::exists(at / ".git", error)) return {};
    at = at.parent_path();
    if (fs::path config = config_in(at); !config.empty()) return config;
  }
  return {};
}

std::optional<std::string> toml_script_location(const std::string& pyproject, const std::string& here) {
  bool inside = false;
  for (const std::string& line : base::split(pyproject, '\n')) {
    const std::string_view trimmed = base::trim(line);
    if (trimmed.starts_with('[')) inside = has_alembic_table(trimmed);
    if (!inside || !trimmed.starts_with("script_location")) continue;
    const size_t open = trimmed.find_first_of("\"'");
    if (open == trimmed.npos) return std::nullopt;
    const size_t close = trimmed.find(trimmed[open], open + 1);
    if (close == trimmed.npos) return std::nullopt;
    return base::replace_all(std::string(trimmed.substr(open + 1, close - open - 1)), "%(here)s", here);
  }
  return std::nullopt;
}

/// Most projects run Alembic beside its configuration. Where the scripts are
/// not there but are below a folder further up ("alembic -c backend/alembic.ini"
/// from the root), it is run from there.
fs::path run_folder(const fs::path& config, const fs::path& project, const std::string& script_location) {
  const fs::path beside = config.parent_path();
  const fs::path location(script_location);
  // "package:folder" is found by import, from wherever it is run.
  if (script_location.empty() || location.is_absolute() || script_location.find(':') != std::string::npos)
    return beside;
  for (fs::path at = beside;; at = at.parent_path()) {
    std::error_code error;
    if (fs::is_directory(at / location, error)) return at;
    if (at == project || at == at.parent_path()) return beside;
  }
}

base::Result<Project> read_project(fs::path project, const fs::path& config,
                                   const ProjectSettings& settings) {
  Project found;
  if (base::relative_to(config, project).starts_with('/')) project = config.parent_path();
  found.project = project;
  found.config_file = config;
  found.section = settings.section;
  found.name = project.filename().empty() ? "project" : project.filename().string();
  const std::string here = config.parent_path().string();
  const std::string section = settings.section.empty() ? "alembic" : settings.section;

  if (config.extension() != ".toml") {
    const std::string text = WINDLASS_TRY(base::read_file(config, size_t{4} << 20));
    const IniFile ini(text);
    found.script_location = ini.get(section, "script_location", here).value_or("");
    found.ini_url = ini.get(section, "sqlalchemy.url", here).value_or("");
    if (!settings.section.empty() && !ini.has_section(section))
      return base::fail(usage("find the chain", config, fmt::format("there is no section [{}]", section),
                              "Give -n the name of a section of this file."));
  }
  if (found.script_location.empty()) {
    const std::string pyproject =
        text_of(config.extension() == ".toml" ? config : config.parent_path() / "pyproject.toml");
    if (has_alembic_table(pyproject))
      found.script_location = toml_script_location(pyproject, here).value_or("");
  }
  if (found.script_location.empty()) {
    std::error_code error;
    if (!fs::exists(config.parent_path() / "env.py", error))
      return base::fail(usage("find the chain", config, fmt::format("no script_location in [{}]", section),
                              "Alembic needs script_location there; `-n SECTION` chooses another section."));
    // Flask-Migrate's folder holds its alembic.ini, and is itself the location; `flask` is run beside it.
    found.kind = "flask-migrate";
    found.script_location = here;
    found.folder = config.parent_path().parent_path();
    if (base::relative_to(found.folder, found.project).starts_with('/')) found.project = found.folder;
    found.name = found.project.filename().empty() ? "project" : found.project.filename().string();
    return found;
  }
  found.folder = run_folder(config, project, found.script_location);
  return found;
}

base::Result<fs::path> named_config(const ProjectSettings& settings, const fs::path& project) {
  std::vector<fs::path> places = {fs::absolute(settings.config)};
  if (settings.config.is_relative()) places.push_back(project / settings.config);
  for (const fs::path& place : places) {
    std::error_code error;
    if (fs::is_directory(place, error))
      if (fs::path inside = config_in(place.lexically_normal()); !inside.empty()) return inside;
    if (fs::is_regular_file(place, error)) return place.lexically_normal();
  }
  return base::fail(usage("read the configuration", settings.config, "no such file",
                          "Give --config the path of the project's alembic.ini or pyproject.toml."));
}

}  // namespace

bool has_alembic_table(std::string_view pyproject) {
  for (const std::string& line : base::split(pyproject, '\n')) {
    std::string_view trimmed = base::trim(line);
    if (!trimmed.starts_with('[')) continue;
    while (trimmed.starts_with('[') || trimmed.starts_with(' ')) trimmed.remove_prefix(1);
    if (trimmed.starts_with("tool.alembic]") || trimmed.starts_with("tool.alembic.")) return true;
  }
  return false;
}

base::Result<Project> find_project(const ProjectSettings& settings) {
  std::error_code error;
  const fs::path given = fs::weakly_canonical(settings.project.empty() ? "." : settings.project, error);
  if (error || !fs::exists(given))
    return base::fail(
        usage("find the project", settings.project, "no such file or folder",
              "PROJECT is the folder that holds alembic.ini or pyproject.toml; the current one by default."));
  if (!fs::is_directory(given)) return read_project(given.parent_path(), given, settings);

  if (!settings.config.empty())
    return read_project(given, WINDLASS_TRY(named_config(settings, given)), settings);
  if (!settings.alembic_config.empty()) {
    const fs::path config = (given / settings.alembic_config).lexically_normal();
    if (fs::is_regular_file(config, error)) return read_project(given, config, settings);
  }
  if (const fs::path config = config_in(given); !config.empty()) return read_project(given, config, settings);

  std::vector<fs::path> found;
  int folders = 0;
  search(given, 1, folders, found);
  if (found.size() == 1) return read_project(given, found.front(), settings);
  if (found.empty()) {
    const fs::path above = config_above(given);
    return base::fail(usage(
        "find a migration chain", given,
        fmt::format("no alembic.ini, and no pyproject.toml with a table [tool.alembic], in this folder or {} "
                    "below it",
                    kDepth),
        above.empty()
            ? "Name the project's folder (`windlass check PATH`) or its configuration (`--config FILE`). For "
              "another migration tool: `windlass record -- COMMAND`."
            : fmt::format("There is one further up: windlass check {}", above.parent_path().string())));
  }
  std::vector<std::string> names;
  for (const fs::path& config : found) names.push_back(base::relative_to(config, given));
  return base::fail(usage("choose the migration chain", given,
                          fmt::format("{} configurations: {}", found.size(), base::join(names, ", ")),
                          fmt::format("Choose one: `windlass check {}` or `--config {}`.",
                                      found.front().parent_path().string(), names.front())));
}

fs::path find_dotenv(const fs::path& folder, const fs::path& project) {
  for (fs::path at = folder;; at = at.parent_path()) {
    std::error_code error;
    if (fs::is_regular_file(at / ".env", error)) return at / ".env";
    if (at == project || at == at.parent_path()) return {};
  }
}

}  // namespace windlass::run
