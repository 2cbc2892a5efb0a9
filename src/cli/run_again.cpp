#include "cli/run_again.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "catalog/compare.h"
#include "pg/connection.h"
#include "run/scenarios.h"
#include "scratch/run_folder.h"

namespace windlass::cli {

namespace {

/// The rows of the version table once all of `done` has been run.
std::vector<std::string> versions_after(const chain::Chain& chain, const std::set<std::string>& done) {
  std::set<std::string> tips = done;
  for (const std::string& id : done)
    if (const chain::Revision* revision = chain.find(id)) {
      for (const std::string& parent : revision->parents) tips.erase(parent);
      for (const std::string& reference : revision->depends_on)
        for (const chain::Revision* other : chain.resolve(reference)) tips.erase(other->id);
    }
  return {tips.begin(), tips.end()};
}

/// Has the version table hold these, in a database that has one.
base::Result<void> enter_versions(pg::Connection& connection, const run::MigrationSettings& settings,
                                  const std::vector<std::string>& versions) {
  const std::string where = settings.version_table_schema.empty()
                                ? "true"
                                : "n.nspname = " + pg::quote_literal(settings.version_table_schema);
  const pg::Rows tables =
      WINDLASS_TRY(connection.query("SELECT n.nspname FROM pg_catalog.pg_class c JOIN "
                                    "pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE "
                                    "c.relkind IN ('r', 'p') AND c.relname = " +
                                    pg::quote_literal(settings.version_table) + " AND " + where));
  for (int i = 0; i < tables.size(); ++i) {
    const std::string table = pg::quote_identifier(tables.at(i, 0), settings.version_table);
    WINDLASS_CHECK(connection.execute("DELETE FROM " + table));
    for (const std::string& each : versions)
      WINDLASS_CHECK(connection.execute(
          fmt::format("INSERT INTO {} (version_num) VALUES ({})", table, pg::quote_literal(each))));
  }
  return {};
}

std::string stopped_by(const run::Evidence& evidence) {
  // SQLAlchemy adds the statement and an address behind the first line.
  if (evidence.exception && !evidence.exception->message.starts_with("The "))
    return evidence.exception->message.substr(0, evidence.exception->message.find('\n'));
  if (evidence.exception) return evidence.exception->message;
  for (const record::Statement& each : evidence.recording.statements)
    if (each.failed()) return each.error->message;
  return evidence.timed_out ? "it took too long" : "it did not come to its end";
}

}  // namespace

base::Result<RanAgain> run_again(run::CheckSettings settings) {
  RanAgain result;
  const scratch::RunFolder folder = WINDLASS_TRY(scratch::RunFolder::make());
  settings.stage.place.keep = false;
  settings.reuse = settings.keep_steps = false;
  settings.keep = WINDLASS_TRY(run::kept_for({run::Scenario::Models}, folder.path(), false));
  const run::CheckOutcome first = WINDLASS_TRY(run::run_check(settings, {}));
  if (result.interrupted = first.interrupted; result.interrupted != 0) return result;
  if (!run::succeeded(first.evidence) || !first.left.state || !first.evidence.after_read) {
    result.unknown_because =
        !first.left.because.empty() ? first.left.because : "its first run did not come to its end";
    return result;
  }
  settings.keep.pack.clear();
  settings.stage.place.state = first.left.state;
  std::vector<std::string> order;
  for (const run::Step& step : first.evidence.steps) order.push_back(step.revision);
  std::set<std::string> done;
  while (true) {
    const std::vector<std::string> versions = versions_after(first.evidence.chain, done);
    settings.stage.place.furnish = [&](pg::Connection& connection) {
      return enter_versions(connection, first.evidence.settings, versions);
    };
    const run::CheckOutcome again = WINDLASS_TRY(run::run_check(settings, {}));
    const run::Evidence& evidence = again.evidence;
    if (result.interrupted = again.interrupted; result.interrupted != 0) return result;
    if (run::succeeded(evidence)) {
      if (!evidence.after_read) result.unknown_because = "the catalog at its end could not be read";
      for (const catalog::Difference& each :
           catalog::compare(first.evidence.after, evidence.after, "the first run", "the second"))
        result.differences.push_back(each.sentence);
      return result;
    }
    const auto stopped = std::find_if(evidence.steps.begin(), evidence.steps.end(),
                                      [](const run::Step& step) { return !step.finished; });
    if (stopped == evidence.steps.end() ||
        !result.failed.emplace(stopped->revision, stopped_by(evidence)).second) {
      result.unknown_because = "run again, the tool fails outside of a revision: " + stopped_by(evidence);
      return result;
    }
    // All that was run before it, and itself.
    for (const std::string& each : order) {
      done.insert(each);
      if (each == stopped->revision) break;
    }
    if (done.size() == order.size()) return result;
  }
}

}  // namespace windlass::cli
