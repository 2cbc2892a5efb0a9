// windlass.toml: what a project always wants. The command line and WINDLASS_* variables are stronger
// (settings.h).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "diagnose/suppress.h"
#include "run/environment.h"

namespace windlass::cli {

struct Config {
  std::filesystem::path file;  ///< empty: there is none
  std::string python, config;

  // [scratch]
  std::string postgres;  ///< one server, or several parted by commas
  std::string scratch_url, encoding;
  std::optional<bool> superuser, servers_apart;
  std::vector<std::string> roles, extensions;
  std::vector<std::string> setup;  ///< SQL files, absolute
  run::Variables settings;         ///< of the server: wal_level and its like

  // [env]
  run::Variables env;

  // [check]
  std::string name;  ///< section of alembic.ini
  std::string timeout, fail_on, parameters, run_as;
  std::string baseline;  ///< absolute
  std::optional<bool> isolation;
  std::vector<std::string> only;
  std::vector<std::string> scenarios;
  std::string as_role;
  std::vector<std::string> x;  ///< KEY=VALUE for env.py

  // [prove]
  std::vector<std::string> require;  ///< scenarios that a proof needs
  std::string budget;

  // [fix]
  std::string released;  ///< a revision: it and all before it were applied somewhere

  // [repairs]
  std::vector<std::string> repairs;  ///< patterns of files, absolute

  // [[suppress]]; files are absolute here, also that of `at`
  std::vector<diagnose::Suppression> suppress;
};

/// Reads the text of a windlass.toml. Paths in it are relative to the file; unknown keys, values of the wrong
/// type and bad values are errors with file, line and the nearest name.
base::Result<Config> parse_config(std::string_view text, const std::filesystem::path& file);

/// The windlass.toml of `folder` or of a parent up to the git root; an empty Config when there is none.
base::Result<Config> read_config(const std::filesystem::path& folder);

}  // namespace windlass::cli
