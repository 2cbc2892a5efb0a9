// Finding the chain of a project folder.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace windlass::run {

struct ProjectSettings {
  std::filesystem::path project = ".";  ///< the PROJECT argument: a folder, or a configuration file itself
  std::filesystem::path
      config;           ///< --config; empty: look for it. Relative to the working folder, else to the project
  std::string section;  ///< -n SECTION
  std::string alembic_config;  ///< $ALEMBIC_CONFIG, which the bare tool would obey; may be empty
};

struct Project {
  std::filesystem::path project;      ///< absolute; files are named relative to it
  std::filesystem::path folder;       ///< where the bare tool would be run
  std::filesystem::path config_file;  ///< alembic.ini or pyproject.toml, absolute
  std::string kind = "alembic";       ///< or "flask-migrate": Alembic started by `flask db`
  std::string section;                ///< as given; empty: "alembic"
  std::string script_location;        ///< as configured, "%(here)s" replaced; empty when not known
  std::string ini_url;                ///< sqlalchemy.url of the section; may be empty
  std::string name;                   ///< the project folder's name
};

/// Looks for alembic.ini, or [tool.alembic] in pyproject.toml, in the folder itself, else up to four folders
/// down. None, or several without a choice: an error that says what was looked for and how to choose.
base::Result<Project> find_project(const ProjectSettings& settings);

/// Whether the text of a pyproject.toml has a table [tool.alembic].
bool has_alembic_table(std::string_view pyproject);

/// The nearest `.env` from `folder` up to `project`; empty when there is none.
std::filesystem::path find_dotenv(const std::filesystem::path& folder, const std::filesystem::path& project);

}  // namespace windlass::run
