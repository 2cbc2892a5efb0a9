#include "run/twin.h"

#include <fmt/core.h>

#include "base/file.h"
#include "base/text.h"
#include "pg/connection.h"
#include "run/client_programs.h"
#include "run/record_run.h"
#include "sql/statement_kind.h"

namespace windlass::run {

namespace {

base::Error failed(std::string got) {
  return {"make a twin of the database", "on the scratch server", std::move(got), "",
          base::Exit::CouldNotLook};
}

/// pg_dump writes the settings of its own version, which an older server may not know; they change nothing.
bool is_setting(const record::Statement& statement) { return sql::statement_kind(statement.text) == "SET"; }

/// The version table's rows as SQL. A name that holds a dot is none that Alembic would find, either.
std::string rows_of(const TwinOptions& options) {
  std::string sql;
  const size_t dot = options.version_table.find('.');
  if (dot == std::string::npos) return sql;
  for (const std::string& version : options.versions)
    sql += fmt::format(
        "INSERT INTO {} (version_num) VALUES ({});\n",
        pg::quote_identifier(options.version_table.substr(0, dot), options.version_table.substr(dot + 1)),
        pg::quote_literal(version));
  return sql;
}

}  // namespace

base::Result<Twin> make_twin(const CheckSettings& chain, const TwinOptions& options) {
  const std::vector<std::filesystem::path> psql = client_programs("psql", {}, chain.stage.place.environment);
  if (psql.empty()) return base::fail(failed("psql, which loads its schema, is not in PATH"));
  const std::filesystem::path file = options.folder / "schema.sql";
  WINDLASS_CHECK(base::write_file(file, options.sql + "\n" + rows_of(options), 0600));

  StageSettings stage = chain.stage;
  stage.place.keep = false;
  stage.database = options.database;
  stage.run_as = std::nullopt;  // psql reads a private file
  // What stands outside the chain is in the schema.
  stage.place.prerequisites.extensions.clear();
  stage.place.prerequisites.setup.clear();
  for (const std::string& role : options.roles)
    if (!base::contains(stage.place.prerequisites.roles, role))
      stage.place.prerequisites.roles.push_back(role);
  KeepState keep;
  keep.pack = options.folder / "twin";
  const RecordedCommand load{
      {psql.front().string(), "-X", "-q", "-f", file.string()}, std::nullopt, {}, false};
  RecordOutcome loaded = WINDLASS_TRY(run_recorded(stage, load, std::nullopt, keep));
  std::error_code code;
  std::filesystem::remove(file, code);
  size_t refused = 0;
  std::string first;
  for (const record::Statement& statement : loaded.recording.statements) {
    if (!statement.failed() || is_setting(statement)) continue;
    if (refused++ == 0)
      first = fmt::format("{} ({})", base::one_line(statement.error->message),
                          base::shorten(base::one_line(statement.text), 120));
  }
  if (refused > 0)
    return base::fail(failed(fmt::format("{} of its schema cannot be had there: {}",
                                         base::count_of(refused, "statement", "statements"), first)));
  if (!loaded.status.ok())
    return base::fail(failed("psql ended with " + base::to_string(loaded.status) + ": " +
                             base::one_line(base::shorten(loaded.err, 300))));
  if (!loaded.left.state || !loaded.left.state->saved)
    return base::fail(
        failed(loaded.left.because.empty() ? "its state could not be kept" : loaded.left.because));
  Twin twin{loaded.left.state, {}};
  if (const auto read = twin.state->catalogs.find(options.database); read != twin.state->catalogs.end())
    twin.snapshot = read->second;
  return twin;
}

}  // namespace windlass::run
