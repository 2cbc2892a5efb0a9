#include "cli/diff_sql.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <utility>

#include "base/file.h"
#include "base/printable.h"
#include "base/secrets.h"
#include "base/text.h"
#include "catalog/pooler.h"
#include "catalog/role_names.h"
#include "catalog/statements.h"
#include "cli/chain_run.h"
#include "cli/sql_side.h"
#include "pg/connection.h"
#include "run/schema_read.h"
#include "sql/sql_name.h"
#include "sql/tokens.h"

namespace windlass::cli {

namespace {

base::Result<SideAsSql> kept_sql(const std::string& dump, const std::string& name) {
  SideAsSql side;
  side.folder = WINDLASS_TRY(scratch::RunFolder::make());
  const std::filesystem::path file = side.folder->path() / "dump.sql";
  WINDLASS_CHECK(base::write_file(file, dump, 0600));
  side.file.kind = run::GivenFile::Kind::Sql;
  side.file.path = file;
  side.file.name = name;
  return side;
}

bool on_terminal(const DiffOptions& options) { return ::isatty(STDERR_FILENO) == 1 && !options.output.quiet; }

/// Which step it is at, on a line of its own that is taken away again.
void show_progress(const std::string& doing) {
  fmt::print(stderr, "\r\x1b[KTurning A into B on a scratch server: {} ...", doing);
  std::fflush(stderr);
}

/// Asked at a terminal; a person who is not there says no.
bool ask(const run::Rename& rename) {
  fmt::print(stderr, "\r\x1b[KWas {} renamed to {}? [y/N] ", to_string(rename.from), rename.to.name);
  std::fflush(stderr);
  char line[64];
  return std::fgets(line, sizeof line, stdin) != nullptr && (line[0] == 'y' || line[0] == 'Y');
}

/// Roles that B's server has are there when its grants are tried.
base::Result<void> make_roles(pg::Connection& connection, const std::vector<std::string>& wanted,
                              const std::vector<std::string>& there) {
  for (const std::string& role : wanted)
    if (!base::contains(there, role))
      WINDLASS_CHECK(connection.execute("CREATE ROLE " + pg::quote_identifier(role)));
  return {};
}

/// Roles that the script names and A's server does not have.
std::vector<std::string> missing_roles(const run::Turned& turned, const std::vector<std::string>& wanted,
                                       const std::vector<std::string>& there) {
  std::vector<std::string> missing;
  for (const std::string& role : wanted) {
    if (base::contains(there, role)) continue;
    for (const std::vector<run::TakenStep>* steps : {&turned.keeping, &turned.losing})
      for (const run::TakenStep& each : *steps)
        for (const std::string& statement : each.step.statements)
          if (sql::has_name(statement, role) && !base::contains(missing, role)) missing.push_back(role);
  }
  return missing;
}

/// Whether it belongs to the server of these statements.
bool is_named_by(const catalog::Statements& statements, const std::string& role) {
  return role == statements.role ||
         std::any_of(statements.sql.begin(), statements.sql.end(),
                     [&](const std::string& each) { return sql::has_name(each, role); });
}

run::SchemaDumpOptions dump_options(const run::PlaceSettings& settings) {
  run::SchemaDumpOptions dump;
  dump.environment = settings.environment;
  if (settings.given_url.empty() && settings.binaries.valid() && settings.binaries.get())
    dump.bindir = settings.binaries.get()->bindir;
  return dump;
}

}  // namespace

base::Result<SideAsSql> nothing_as_sql() { return kept_sql("-- nothing\n", "empty"); }

base::Result<SideAsSql> dump_of_url(const std::string& url, std::chrono::milliseconds lock_wait) {
  run::SchemaDumpOptions dump;
  dump.url = url;
  dump.environment = base::current_environment();
  dump.lock_wait = lock_wait;
  if (WINDLASS_TRY(catalog::shares_sessions(url)))
    return base::fail({"write the statements that turn A into B", base::mask_url(url),
                       catalog::kSessionsAreShared,
                       "Name the server itself; `windlass diff` without --sql reads through the pooler, too.",
                       base::Exit::CouldNotLook});
  SideAsSql side = WINDLASS_TRY(kept_sql(WINDLASS_TRY(run::dump_schema(dump)), "its dump"));
  side.roles = WINDLASS_TRY(catalog::read_role_names(url));
  side.role = WINDLASS_TRY(catalog::read_current_role(url));
  return side;
}

base::Result<SideAsSql> statements_of_snapshot(const catalog::LiveRead& snapshot, const std::string& file) {
  const auto refused = [&](std::string got, std::string hint) {
    return base::fail({"write the statements that turn A into B", file, std::move(got), std::move(hint),
                       base::Exit::CouldNotLook});
  };
  const std::string otherwise = "ame the database itself, the chain or SQL.";
  if (!snapshot.statements)
    return refused(
        "this snapshot says what is there, and not by which statements it is made: an older windlass took it",
        "Take it again with this one. Or n" + otherwise);
  const catalog::Statements& statements = *snapshot.statements;
  if (!statements.left_out.empty())
    return refused(
        "this snapshot says what is there, and not by which statements it is made: when it was taken, " +
            base::printable(statements.left_out),
        (statements.hint.empty() ? "N" : base::printable(statements.hint) + " Or n") + otherwise);
  SideAsSql side = WINDLASS_TRY(kept_sql(catalog::script_of(statements), "the statements of " + file));
  side.file.bare = true;
  side.role = statements.role;
  side.of_snapshot = true;
  side.roles.emplace();
  for (const catalog::Fact& fact : snapshot.snapshot.facts)
    if (fact.object.kind == "role") side.roles->push_back(fact.object.name);
  return side;
}

base::Result<DumpedChain> dump_of_chain(const ChainRunOptions& options, const std::string& revision) {
  const scratch::RunFolder folder = WINDLASS_TRY(scratch::RunFolder::make());
  run::KeepState keep;
  const bool base = revision == "base";
  if (!base) keep.pack = folder.path() / "state";
  ChainAt chain = WINDLASS_TRY(run_chain_to(options, revision, keep));
  const run::Left& left = chain.outcome.left;
  if (!base && !left.state)
    return base::fail({"write the statements", "the chain at " + revision,
                       left.because.empty() ? "what the chain made could not be kept" : left.because, "",
                       base::Exit::CouldNotLook});
  run::PlaceSettings settings = chain.settings.stage.place;
  settings.state = left.state;
  settings.keep = false;
  const std::string& database = chain.outcome.evidence.database;
  const std::unique_ptr<run::ScratchPlace> place = WINDLASS_TRY(run::ScratchPlace::open(settings));
  WINDLASS_CHECK(place->admit({chain.outcome.evidence.role, database, {}}));
  {
    // What windlass put there to see with is none of the chain's.
    pg::Connection connection = WINDLASS_TRY(pg::Connection::open(place->conninfo(database)));
    WINDLASS_CHECK(
        connection.execute("SET client_min_messages = error; DROP SCHEMA IF EXISTS pg_windlass CASCADE"));
  }
  run::SchemaDumpOptions dump = dump_options(settings);
  dump.url = place->conninfo(database);
  DumpedChain dumped;
  dumped.sql = WINDLASS_TRY(kept_sql(WINDLASS_TRY(run::dump_schema(dump)), "its dump"));
  dumped.read = std::move(chain.read);
  place->close();
  return dumped;
}

base::Result<run::Turned> turn_a_into_b(const TurnSide& a, const TurnSide& b, const DiffOptions& options,
                                        const catalog::LiveReadOptions& live) {
  const bool terminal = on_terminal(options);
  const int major = a.read.server_major;
  // Where it stands since it was compared, or on a server of its own now.
  const auto with_side = [&](SideAsSql& side, const WhileLoaded& act) -> base::Result<void> {
    if (!side.standing) {
      WINDLASS_TRY(load_sql_side(side.file, options, live, major, terminal, act));
      return {};
    }
    StandingSql& standing = *side.standing;
    WINDLASS_CHECK(act(*standing.place, standing.database, standing.read, standing.settings));
    standing.place->close();
    side.standing.reset();
    return {};
  };
  std::optional<ddl::Schema> target;
  std::vector<std::string> roles;
  const auto see_target = [&](run::ScratchPlace& place, const std::string& database,
                              const catalog::LiveRead& read,
                              const run::PlaceSettings& settings) -> base::Result<void> {
    const run::SchemaDumpOptions dump = dump_options(settings);
    target = WINDLASS_TRY(run::read_schema(place.conninfo(database), read, &dump));
    roles = WINDLASS_TRY(catalog::read_role_names(place.conninfo(database)));
    return {};
  };
  WINDLASS_CHECK(with_side(b.sql, see_target));

  std::optional<run::Turned> turned;
  // What it makes is that role's, and has what default privileges give to what that one makes.
  const std::string runs_it = a.sql.role.empty() ? a.read.made_by : a.sql.role;
  const auto turn = [&](run::ScratchPlace& place, const std::string& database, const catalog::LiveRead&,
                        const run::PlaceSettings& settings) -> base::Result<void> {
    if (settings.given_url.empty()) {
      pg::Connection connection = WINDLASS_TRY(pg::Connection::open(place.conninfo("postgres")));
      std::vector<std::string> wanted = roles;
      if (!runs_it.empty() && !base::contains(wanted, runs_it)) wanted.push_back(runs_it);
      WINDLASS_CHECK(
          make_roles(connection, wanted, WINDLASS_TRY(catalog::read_role_names(place.conninfo("postgres")))));
      if (!runs_it.empty())
        WINDLASS_CHECK(connection.execute("ALTER ROLE " + pg::quote_identifier(runs_it) + " SUPERUSER"));
    }
    run::TurnSettings how;
    how.run_as = settings.given_url.empty() ? runs_it : "";
    how.wanted = {!options.no_owner, !options.no_privileges, !options.no_comments, !options.no_column_order};
    how.renames = options.renames;
    if (terminal) how.progress = show_progress;
    if (terminal && ::isatty(STDIN_FILENO) == 1) how.ask = ask;
    auto done = run::turn_into(place, database, a.read, b.read, *target, how);
    if (terminal) fmt::print(stderr, "\r\x1b[K");
    turned = WINDLASS_TRY(std::move(done));
    if (place.version().substr(0, place.version().find('.')) != std::to_string(major))
      turned->remarks.push_back(
          fmt::format("Tried on PostgreSQL {}; A's server is {}.", place.version(), a.read.server_version));
    return {};
  };
  WINDLASS_CHECK(with_side(a.sql, turn));
  if (a.sql.roles)
    for (const std::string& role : missing_roles(*turned, roles, *a.sql.roles)) {
      if (a.sql.of_snapshot && is_named_by(*a.read.statements, role)) continue;
      const std::string name = sql::sql_name({role});
      turned->remarks.push_back(
          a.sql.of_snapshot
              ? fmt::format("A's snapshot names no role {}: make it first where A's server has none.", name)
              : fmt::format("A's server has no role {}: make it first.", name));
    }
  return std::move(*turned);
}

}  // namespace windlass::cli
