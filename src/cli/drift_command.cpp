// windlass drift: where a real database stands on the project's chain, and who made each difference.
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <set>

#include "base/secrets.h"
#include "base/text.h"
#include "catalog/pooler.h"
#include "catalog/role_names.h"
#include "catalog/row_counter.h"
#include "catalog/version_rows.h"
#include "chain/named.h"
#include "cli/chain_run.h"
#include "cli/chance.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/real_database.h"
#include "cli/repair_scripts.h"
#include "cli/servers.h"
#include "cli/settings.h"
#include "cli/try_upgrade.h"
#include "drift/drift.h"
#include "report/drift_json.h"
#include "report/drift_text.h"
#include "run/models_run.h"
#include "run/repair_run.h"

namespace windlass::cli {

namespace {

/// Tables that may say where the database stands.
using VersionTables = std::vector<drift::VersionTable>;

/// Every table with a column version_num, read before it is known which one the chain keeps.
VersionTables read_version_tables(const std::string& url, const catalog::LiveRead& real) {
  VersionTables tables;
  constexpr std::string_view kColumn = ".version_num";
  for (const catalog::Fact& fact : real.snapshot.facts) {
    if (fact.object.kind != "column" || !fact.object.name.ends_with(kColumn)) continue;
    drift::VersionTable table;
    table.table = fact.object.name.substr(0, fact.object.name.size() - kColumn.size());
    if (real.snapshot.find({"table", table.table}) == nullptr) continue;
    // Where a name holds a dot, no such table is found, and the server says so.
    const size_t dot = table.table.find('.');
    auto rows = catalog::read_version_rows(url, table.table.substr(0, dot), table.table.substr(dot + 1));
    if (rows)
      table.versions = std::move(*rows);
    else
      table.not_readable_because = rows.error().got;
    tables.push_back(std::move(table));
  }
  return tables;
}

/// The one that the chain keeps: where its own run had it, else anywhere by that name.
drift::VersionTable version_table_of(const VersionTables& tables, const run::Evidence& chain) {
  for (const drift::VersionTable& each : tables)
    if (base::contains(chain.version_tables, each.table)) return each;
  for (const drift::VersionTable& each : tables)
    if (each.table.ends_with("." + chain.settings.version_table)) return each;
  return {};
}

/// How the chain is run: on a server of the database's own major version, where nobody wants another and one
/// is there. Definitions are then in the same words.
base::Result<ChainRunOptions> on_the_same_major(const ChainRunOptions& options, int major) {
  const std::vector<std::string> environment = base::current_environment();
  ChainRunOptions result = options;
  const ChainAtHand at_hand = WINDLASS_TRY(
      find_chain_at_hand({options.project, options.config, options.name, options.python}, environment));
  const std::string given = strongest("", environment, "WINDLASS_SCRATCH_URL", at_hand.config.scratch_url);
  if (!given.empty())
    return base::fail({"see what each revision makes", base::mask_url(given),
                       "a server that is given does not tell what each statement did",
                       "Leave WINDLASS_SCRATCH_URL, and `url` in windlass.toml, out: windlass then starts a "
                       "server of its own.",
                       base::Exit::CouldNotLook});
  const auto wanted = WINDLASS_TRY(wanted_servers(options.place, at_hand.config, environment));
  if (!wanted.front().empty()) return result;
  const std::string version = std::to_string(major);
  if (look_for_server(version, environment).get()) result.place.postgres = version;
  return result;
}

/// The revisions that --claim means; "base" where that is meant.
base::Result<std::vector<std::string>> revisions_of(const std::string& claim, const chain::Chain& chain) {
  if (claim.empty()) return std::vector<std::string>();
  std::vector<std::string> ids =
      WINDLASS_TRY(chain::revisions_named(chain, claim, "compare with a revision"));
  if (ids.empty()) ids.emplace_back("base");
  return ids;
}

bool anybody_unknown(const drift::Drift& drift) {
  return std::any_of(drift.objects.begin(), drift.objects.end(), [](const drift::Drifted& each) {
    return each.state != drift::State::Missing && !each.provenance.empty() &&
           each.provenance.front().by != "revision";
  });
}

/// What the models' create_all makes; a remark where it could not be seen.
void look_at_models(const ChainAt& chain, report::DriftReport& report) {
  run::CheckSettings settings = chain.settings;
  settings.reuse = false;
  settings.models = run::models_beside(chain.outcome.evidence);
  const auto made = run::run_check(settings, {});
  if (!made)
    report.remarks.push_back("What create_all makes could not be seen: " + made.error().got);
  else if (made->evidence.models_made.made && made->evidence.after_read)
    drift::add_maker(report.drift, drift::create_all(made->evidence.after));
  else if (!made->evidence.models_made.nothing)
    report.remarks.push_back("What create_all makes could not be seen: " + run::why_not_made(made->evidence) +
                             ".");
}

void say(const DriftOptions& options, const char* what) {
  if (!options.output.quiet && options.output.format == "text" && ::isatty(STDERR_FILENO) == 1)
    fmt::print(stderr, "{} ...\n", what);
}

/// Those of --repairs, else of windlass.toml.
base::Result<std::vector<run::RepairScript>> scripts_of(const DriftOptions& options) {
  const std::vector<std::string> environment = base::current_environment();
  const ProjectAtHand at_hand = WINDLASS_TRY(
      find_project_at_hand({options.project, options.config, options.name, options.python}, environment));
  std::error_code code;
  return find_repair_scripts(options.repairs.empty() ? at_hand.config.repairs : options.repairs,
                             std::filesystem::current_path(code), at_hand.project.project,
                             at_hand.interpreter.program, environment);
}

/// Where a script could have run, the likeliest first: where the database says that it is, where its objects
/// are, before everything.
std::vector<std::string> places_of(const drift::Drift& drift) {
  std::vector<std::string> places;
  for (const std::vector<std::string>& more :
       {drift.expected_at.size() == 1 ? drift.expected_at : std::vector<std::string>(),
        {drift.nearest.revision},
        {"base"}})
    for (const std::string& place : more)
      if (!base::contains(places, place)) places.push_back(place);
  return places;
}

/// Runs each script where it could have run, until it made something of what differs.
base::Result<void> try_scripts(const DriftOptions& options, const std::vector<run::RepairScript>& scripts,
                               const ChainAt& chain, report::DriftReport& report) {
  if (scripts.empty() || report.drift.objects.empty()) return {};
  if (chain.outcome.evidence.isolation != run::Isolation::Namespace && !options.place.no_isolation) {
    report.remarks.push_back(
        "The repair scripts were not run: nothing would keep them from other databases here (no network "
        "namespace could be made). --no-isolation runs them all the same.");
    return {};
  }
  for (const run::RepairScript& script : scripts) {
    std::string said;
    bool explained = false;
    for (const std::string& place : places_of(report.drift)) {
      say(options, fmt::format("Running {} at {}", script.name, place).c_str());
      const run::RepairOutcome ran =
          WINDLASS_TRY(run::run_repair(chain.settings, chain.outcome.evidence.database, place, script));
      if (ran.interrupted != 0)
        return base::fail({"run", script.name, "interrupted", "", base::Exit::CouldNotLook});
      if (const std::string why = run::why_failed(ran); said.empty() && !why.empty())
        said = fmt::format("; run at {}, {}", place, why);
      explained = drift::add_maker(report.drift, drift::maker_of(ran.recording, script.name, place)) > 0;
      if (explained) break;
    }
    if (!explained)
      report.remarks.push_back(fmt::format("{} makes nothing of what differs{}.", script.name, said));
  }
  return {};
}

void inspect_data(catalog::RowCounter& rows, drift::DataQuestions asked, report::DriftReport& report) {
  report.data.asked = true;
  report.data.not_asked = std::move(asked.not_asked);
  for (drift::DataQuestion& question : asked.questions) {
    const auto count = rows.count(question.sql);
    // A column, or a table, that the chain has yet to make holds nothing.
    const std::string got = count ? std::string() : base::one_line(count.error().got);
    if (got.starts_with("42703") || got.starts_with("42P01")) continue;
    if (!count) {
      report.data.not_asked.push_back({question.object, got});
      continue;
    }
    ++report.data.questions;
    if (*count > 0) report.data.dangers.push_back({std::move(question), *count});
  }
}

}  // namespace

base::Result<int> run_drift_command(const DriftOptions& options) {
  const catalog::LiveReadOptions live = WINDLASS_TRY(live_options(options.read));
  WINDLASS_CHECK(check_url(options.url));
  warn_of_password(options.url, options.output.quiet);
  say(options, "Reading the database");
  const catalog::LiveRead real = WINDLASS_TRY(read_real_database(options.url, live));
  // Before the chain runs, which forgets the PG* variables.
  const std::vector<run::RepairScript> scripts = WINDLASS_TRY(scripts_of(options));
  const VersionTables tables = read_version_tables(options.url, real);
  const bool wants_upgrade = options.claim.empty() && !options.no_upgrade;
  RealDatabase database{options.url, base::current_environment(), live.lock_wait, {}, real};
  if (wants_upgrade) {
    database.roles = WINDLASS_TRY(catalog::read_role_names(options.url));
    const auto shared = catalog::shares_sessions(options.url);
    if (!shared)
      database.not_dumped_because = base::one_line(shared.error().got);
    else if (*shared)
      database.not_dumped_because = std::string(catalog::kSessionsAreShared) + ": name the server itself";
  }
  std::optional<catalog::RowCounter> rows;
  if (options.inspect_data) {
    const auto timeout = WINDLASS_TRY(parse_timeout(options.data_timeout, "--data-timeout"));
    rows = WINDLASS_TRY(catalog::RowCounter::open(options.url, timeout.value_or(std::chrono::seconds(10))));
  }
  say(options, "Running the chain on a scratch server");
  const ChainRunOptions how = WINDLASS_TRY(on_the_same_major(options, real.server_major));
  std::string breaks_in;
  const ChainAt chain = WINDLASS_TRY(run_chain_as_far_as_it_goes(how, breaks_in));
  const run::Evidence& evidence = chain.outcome.evidence;
  const std::vector<std::string> claimed = WINDLASS_TRY(revisions_of(options.claim, evidence.chain));

  const drift::Timeline timeline = drift::timeline_of(evidence);
  report::DriftReport report;
  report.database = base::mask_url(options.url);
  report.server = real.server_version;
  report.scratch_server = chain.read.server_version;
  report.claim = options.claim;
  drift::Expected expected{timeline, evidence.chain, chain.read, evidence.version_tables};
  const drift::VersionTable version_table = version_table_of(tables, evidence);
  report.drift = drift::find_drift(expected, real, version_table, claimed);
  if (anybody_unknown(report.drift)) {
    say(options, "Running the chain once more, to see what it leaves to chance");
    if (const auto chance = look_for_chance(chain.settings, timeline))
      expected.by_chance = *chance;
    else
      report.remarks.push_back("Whether the chain makes the same at each run could not be seen.");
    if (!expected.by_chance.empty()) report.drift = drift::find_drift(expected, real, version_table, claimed);
  }
  if (!breaks_in.empty())
    report.remarks.push_back(fmt::format(
        "The chain breaks in revision {} on a clean database: what that and later ones make is not "
        "known (`windlass check` says why).",
        breaks_in));
  if (!timeline.corrected.empty())
    report.remarks.push_back(fmt::format(
        "When in the chain was not seen of {}, but what it came to at its end: {}.",
        base::count_of(timeline.corrected.size(), "object", "objects"), timeline.corrected.front()));
  if (anybody_unknown(report.drift)) {
    say(options, "Looking at what the models would make");
    look_at_models(chain, report);
  }
  if (rows) {
    say(options, "Counting rows that could stand in the way");
    const std::vector<std::string>& versions = version_table.versions;
    inspect_data(*rows,
                 drift::data_questions(timeline, evidence, real.snapshot,
                                       chain::Ancestry(evidence.chain).with_ancestors(versions)),
                 report);
    if (!breaks_in.empty())
      report.data.not_asked.push_back(
          {{"revision", breaks_in},
           "the chain breaks there on a clean database, and what it and later ones make was not seen"});
  }
  WINDLASS_CHECK(try_scripts(options, scripts, chain, report));
  if (wants_upgrade) {
    say(options, "Trying the upgrade on a twin");
    report.upgrade = try_upgrade(database, chain, report.drift);
  }
  WINDLASS_CHECK(
      write_result(options.output.output, options.output.format == "json"
                                              ? report::drift_json(report)
                                              : report::drift_text(report, text_style(options.output))));
  return report.exit_status();
}

}  // namespace windlass::cli
