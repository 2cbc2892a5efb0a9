#include "cli/option_rows.h"

namespace windlass::cli {

OptionRow config_row() {
  return {"--config", "",    "FILE", {}, "alembic.ini or pyproject.toml of the chain; looked for by default",
          false,      kChain};
}
OptionRow section_row() {
  return {"--name", "-n", "SECTION", {}, "section of alembic.ini (alembic's own -n)", false, kChain};
}
OptionRow python_row() {
  return {"--python",
          "",
          "PROGRAM",
          {},
          "the project's interpreter, or the folder of its virtual environment; looked for by default",
          false,
          kPlace};
}
OptionRow no_color_row() { return {"--no-color", "", "", {}, "plain text (also NO_COLOR)", false, kOutput}; }
OptionRow output_row() {
  return {"--output", "-o",   "FILE", {}, "write the result there instead of to standard output",
          false,      kOutput};
}
OptionRow quiet_row() {
  return {"--quiet", "-q", "", {}, "no progress, no remarks on standard error", false, kOutput};
}
OptionRow verbose_row() {
  return {"--verbose", "-v", "", {}, "also what the tool itself printed", false, kOutput};
}

OptionRow server_row(std::string_view value, std::string_view help) {
  return {"--postgres", "", value, {}, help, false, kPlace};
}

OptionRow check_format_row() {
  return {"--format",
          "",
          "FORMAT",
          {"text", "json", "github", "sarif", "junit", "gitlab"},
          "form of the result (default: text)",
          false,
          kOutput};
}

OptionRow text_or_json_row() {
  return {"--format", "", "FORMAT", {"text", "json"}, "form of the result (default: text)", false, kOutput};
}

OptionRow url_row() {
  return {"--url", "",   "URL", {}, "the database: postgresql://host/database, service=NAME, key=value words",
          false,   kRead};
}

OptionRow one_server_row() {
  return server_row("VERSION|BINDIR", "scratch server to use: a version (15) or a folder of its programs");
}

std::vector<OptionRow> lock_wait_rows() {
  return {{"--lock-wait",
           "",
           "TIME",
           {},
           "how long to wait for a table that somebody holds in ACCESS EXCLUSIVE (default: 10s)",
           false,
           kRead}};
}

std::vector<OptionRow> read_rows() {
  return {{"--roles",
           "",
           "",
           {},
           "also roles, memberships, tablespaces, and the settings of roles and of the database",
           false,
           kRead},
          {"--sequences", "", "", {}, "also where each sequence stands", false, kRead}};
}

std::vector<OptionRow> operator+(std::vector<OptionRow> rows, const std::vector<OptionRow>& more) {
  rows.insert(rows.end(), more.begin(), more.end());
  return rows;
}

OptionRow x_argument_row() {
  return {"--x-argument", "-x", "KEY=VALUE", {}, "argument for env.py (alembic's own -x)", true, kChain};
}

OptionRow to_row() {
  return {"--to", "", "REVISION", {}, "upgrade to this revision (default: heads)", false, kChain};
}

OptionRow as_role_row() {
  return {"--as-role",
          "",
          "NAME",
          {},
          "scenario as-role: the chain again, logged in as this role, which is no superuser",
          false,
          kChain};
}

OptionRow no_cache_row() {
  return {"--no-cache",
          "",
          "",
          {},
          "run every revision's own code, also where an earlier run took the same steps",
          false,
          kChain};
}

OptionRow repairs_row(std::string_view help) { return {"--repairs", "", "PATTERN", {}, help, true, kChain}; }

std::vector<OptionRow> given_server_rows() {
  return {{"--scratch-url",
           "",
           "URL",
           {},
           "use this server; databases of a random name are made and dropped there",
           false,
           kPlace}};
}

std::vector<OptionRow> run_rows() {
  return {
      {"--no-superuser",
       "",
       "",
       {},
       "the chain's role is no superuser (it still owns the database)",
       false,
       kPlace},
      {"--run-as", "", "USER", {}, "run the project's code as this system user (root only)", false, kPlace},
      {"--no-isolation", "", "", {}, "no network namespace around the project's code", false, kPlace},
      {"--timeout",
       "",
       "TIME",
       {},
       "end the run after this time: 90, 90s, 5m (seconds without a unit)",
       false,
       kPlace},
      {"--env",
       "-e",
       "NAME=VALUE",
       {},
       "set a variable for the project's code; {url}, {host}, {port}, {user}, {password} and {database} "
       "stand for the "
       "scratch database's",
       true,
       kSettings},
      {"--env-file",
       "",
       "FILE",
       {},
       "read variables from this file instead of the project's .env",
       false,
       kSettings},
  };
}

std::vector<OptionRow> recorded_run_rows() {
  return given_server_rows() + run_rows() +
         std::vector<OptionRow>{
             {"--keep",
              "",
              "",
              {},
              "leave the scratch database running and print how to open it",
              false,
              kPlace},
             {"--recording",
              "",
              "FILE",
              {},
              "write everything that was recorded to FILE (JSON)",
              false,
              kOutput},
             {"--parameters",
              "",
              "MODE",
              {"off", "types", "values"},
              "what to record of statement parameters (default: types; values may be personal data)",
              false,
              kOutput}};
}

std::vector<OptionRow> project_rows() {
  return {{"--project", "", "FOLDER", {}, "the project whose chain is meant (default: .)", false, kChain},
          config_row(),
          section_row(),
          x_argument_row(),
          python_row(),
          one_server_row()};
}

}  // namespace windlass::cli
