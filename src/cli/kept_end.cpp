#include "cli/kept_end.h"

#include <fmt/core.h>

#include <memory>

#include "base/text.h"
#include "catalog/comparable.h"
#include "catalog/role_names.h"
#include "cli/chain_run.h"
#include "pg/connection.h"
#include "run/failure.h"
#include "run/schema_dump.h"
#include "run/schema_read.h"

namespace windlass::cli {

namespace {

base::Error failed(std::string attempted, std::string got) {
  return {std::move(attempted), "on a scratch server", std::move(got), "", base::Exit::CouldNotLook};
}

/// An end that stands on a server again, and what was read of it.
struct Standing {
  std::unique_ptr<run::ScratchPlace> place;
  std::string database, role;
  catalog::LiveRead read;
  std::optional<ddl::Schema> schema;
  std::vector<std::string> roles;
};

base::Result<Standing> stand(const KeptEnd& end) {
  Standing standing;
  standing.database = end.evidence.database;
  standing.role = end.evidence.role;
  run::PlaceSettings settings = end.settings.stage.place;
  settings.state = end.state;
  settings.keep = false;
  standing.place = WINDLASS_TRY(run::ScratchPlace::open(settings));
  WINDLASS_CHECK(standing.place->admit({standing.role, standing.database, {}}));
  const std::string conninfo = standing.place->conninfo(standing.database);
  {
    // What windlass put there to see with is none of the chain's; what the statements make, the chain's role
    // makes.
    pg::Connection connection = WINDLASS_TRY(pg::Connection::open(conninfo));
    WINDLASS_CHECK(
        connection.execute("SET client_min_messages = error; DROP SCHEMA IF EXISTS pg_windlass CASCADE"));
    if (!standing.role.empty())
      WINDLASS_CHECK(connection.execute("ALTER ROLE " + pg::quote_identifier(standing.role) + " SUPERUSER"));
  }
  standing.read = WINDLASS_TRY(catalog::read_live(conninfo));
  standing.read.made_by = standing.role;
  run::SchemaDumpOptions dump;
  dump.url = conninfo;
  dump.environment = settings.environment;
  if (settings.binaries.valid() && settings.binaries.get()) dump.bindir = settings.binaries.get()->bindir;
  standing.schema = WINDLASS_TRY(run::read_schema(conninfo, standing.read, &dump));
  standing.roles = WINDLASS_TRY(catalog::read_role_names(conninfo));
  return standing;
}

/// Constraints of one table that differ in nothing but their names: a rename is all that it takes, and reads
/// no row.
std::vector<std::pair<std::string, std::string>> renamed_constraints(const Standing& a, const Standing& b) {
  const auto table_of = [](const catalog::Fact& fact) {
    return fact.object.name.substr(0, fact.object.name.rfind('.'));
  };
  const auto only_in = [](const Standing& one, const Standing& other) {
    std::vector<const catalog::Fact*> facts;
    for (const catalog::Fact& fact : one.read.snapshot.facts)
      if (fact.object.kind == "constraint" && other.read.snapshot.find(fact.object) == nullptr)
        facts.push_back(&fact);
    return facts;
  };
  std::vector<std::pair<std::string, std::string>> renames;
  std::vector<const catalog::Fact*> added = only_in(b, a);
  for (const catalog::Fact* gone : only_in(a, b))
    for (const catalog::Fact*& each : added)
      if (each != nullptr && table_of(*gone) == table_of(*each) && gone->definition == each->definition) {
        renames.emplace_back(gone->object.name, each->object.name);
        each = nullptr;
        break;
      }
  return renames;
}

base::Result<run::Turned> turn(const Standing& a, const Standing& b) {
  {
    pg::Connection connection = WINDLASS_TRY(pg::Connection::open(a.place->conninfo("postgres")));
    for (const std::string& role : b.roles)
      if (!base::contains(a.roles, role))
        WINDLASS_CHECK(connection.execute("CREATE ROLE " + pg::quote_identifier(role)));
  }
  run::TurnSettings how;
  how.run_as = a.role;
  how.renames = renamed_constraints(a, b);
  return run::turn_into(*a.place, a.database, a.read, b.read, *b.schema, how);
}

}  // namespace

base::Result<KeptEnd> keep_end(run::CheckSettings settings, const std::string& revision,
                               const std::filesystem::path& pack) {
  const std::string attempted = "keep what the chain makes";
  settings.keep = {};
  settings.keep.pack = pack;
  settings.to = revision;
  run::CheckOutcome outcome = WINDLASS_TRY(run::run_check(settings, {}));
  KeptEnd end;
  if (end.interrupted = outcome.interrupted; end.interrupted != 0) return end;
  if (!run::succeeded(outcome.evidence) || !outcome.evidence.after_read)
    return base::fail(failed(attempted, "run once more, it does not come to its end"));
  if (!outcome.left.state)
    return base::fail(failed(
        attempted, outcome.left.because.empty() ? "its state could not be kept" : outcome.left.because));
  settings.keep = {};
  end.settings = std::move(settings);
  end.evidence = std::move(outcome.evidence);
  end.state = outcome.left.state;
  return end;
}

base::Result<BothWays> turn_both_ways(const KeptEnd& a, const KeptEnd& b) {
  const Standing first = WINDLASS_TRY(stand(a)), second = WINDLASS_TRY(stand(b));
  BothWays ways;
  ways.there = WINDLASS_TRY(turn(first, second));
  if (!ways.there.proven) return ways;
  ways.back = WINDLASS_TRY(turn(second, first));
  return ways;
}

base::Result<run::CheckOutcome> run_to(run::CheckSettings settings, const std::string& revision) {
  settings.keep = {};
  settings.stage.place.keep = false;
  settings.to = revision;
  return run::run_check(settings, {});
}

base::Result<run::CheckOutcome> run_from(const KeptEnd& from, run::CheckSettings settings,
                                         const std::string& revision) {
  settings.stage.place.state = from.state;
  return run_to(std::move(settings), revision);
}

std::vector<std::string> differences_of_ends(const run::Evidence& a, const run::Evidence& b,
                                             const std::string& a_name, const std::string& b_name) {
  catalog::Wanted wanted;
  wanted.column_order = false;
  const catalog::Comparable both =
      catalog::made_comparable(read_of_run(a.after, a), read_of_run(b.after, b), a_name, b_name, wanted);
  std::vector<std::string> sentences;
  for (const catalog::Difference& each : catalog::compare(both.a, both.b, a_name, b_name))
    sentences.push_back(each.sentence);
  return sentences;
}

}  // namespace windlass::cli
