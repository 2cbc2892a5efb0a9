#include "run/run_again.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "base/text.h"
#include "catalog/compare.h"
#include "pg/connection.h"
#include "run/scenarios.h"
#include "run/table_rows.h"
#include "run/version_tables.h"
#include "run/with_rows.h"

namespace windlass::run {

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

/// The revision that touched an object last; empty where none did.
std::string revision_behind(const Evidence& evidence, const catalog::Object& object) {
  std::string revision;
  for (const record::Statement& statement : evidence.recording.statements)
    for (const catalog::Effect& effect : statement.effects)
      if (!effect.rolled_back && effect.object == object) revision = statement.source.revision;
  return revision;
}

std::string stopped_by(const Evidence& evidence) {
  if (evidence.exception) {
    // The module says both definitions in lines, and then what to do about a database. Of a driver's error
    // SQLAlchemy adds the statement and an address behind the first line.
    const std::string& message = evidence.exception->message;
    const size_t advice = message.find("\nNothing was changed. ");
    if (advice == std::string::npos) return message.substr(0, message.find('\n'));
    return base::replace_all(message.substr(0, advice), "\n    ", ", ");
  }
  for (const record::Statement& each : evidence.recording.statements)
    if (each.failed()) return each.error->message;
  return evidence.timed_out ? "it took too long" : "it did not come to its end";
}

/// Whether a statement of the project's own writes rows: not one that changes what a table is.
bool writes_rows(const record::Statement& statement) {
  static constexpr std::array kTags = {"INSERT",   "UPDATE", "DELETE", "MERGE", "COPY",
                                       "TRUNCATE", "DO",     "SELECT", "CALL"};
  return std::any_of(kTags.begin(), kTags.end(),
                     [&](const char* tag) { return statement.tag.starts_with(tag); });
}

/// The second runs of one chain.
class SecondRuns {
 public:
  SecondRuns(const FirstRun& first, const std::set<std::string>& only, Tables tables)
      : settings_(first.settings), first_(first.outcome), only_(only), tables_(tables) {
    settings_.keep = {};
    settings_.stage.place.state = first_.left.state;
    settings_.tell_rows = tables == Tables::Filled;
    fill_.strength = populate::Strength::Full;
    fill_.hints = hints_of(first_.evidence, "");
    fill_.leave_out = first_.evidence.version_tables;
  }

  base::Result<RanAgain> run() {
    const std::string heads = settings_.to;
    std::vector<std::string> order;
    for (const Step& step : first_.evidence.steps) order.push_back(step.revision);
    std::set<std::string> done;
    while (done.size() < order.size()) {
      const std::string to = next(order, done, heads);
      if (done.size() == order.size()) return result_;
      const Evidence evidence = WINDLASS_TRY(from_there(done, to));
      if (result_.interrupted != 0) return result_;
      if (succeeded(evidence)) {
        for (const Step& step : evidence.steps) done.insert(step.revision);
        std::set<std::string> pending;
        for (const std::string& each : order)
          if (!done.contains(each) || !wanted(each)) pending.insert(each);
        judge(evidence, std::move(pending));
        if (to == heads || evidence.steps.empty()) return result_;
        continue;
      }
      const auto stopped = std::find_if(evidence.steps.begin(), evidence.steps.end(),
                                        [](const Step& step) { return !step.finished; });
      if (stopped == evidence.steps.end() ||
          !result_.failed.emplace(stopped->revision, RanAgain::Failure{stopped_by(evidence), true}).second) {
        result_.unknown_because = "run again, the tool fails outside of a revision: " + stopped_by(evidence);
        return result_;
      }
      // What it rolled back takes with it what those before it did: they are run without it.
      std::set<std::string> before;
      for (auto step = evidence.steps.begin(); step != stopped; ++step) before.insert(step->revision);
      std::set<std::string> pending;
      for (const std::string& each : order)
        if (!wanted(each) || (!done.contains(each) && !before.contains(each))) pending.insert(each);
      WINDLASS_CHECK(run_alone(done, before, pending));
      if (result_.interrupted != 0 || !result_.unknown_because.empty()) return result_;
      for (const std::string& each : order) {
        done.insert(each);
        if (each == stopped->revision) break;
      }
    }
    return result_;
  }

 private:
  bool wanted(const std::string& revision) const { return only_.empty() || only_.contains(revision); }

  /// Where the next run goes to. What nobody asks about counts as done.
  std::string next(const std::vector<std::string>& order, std::set<std::string>& done,
                   const std::string& heads) const {
    std::string to;
    for (const std::string& each : order) {
      if (done.contains(each)) continue;
      if (wanted(each)) {
        to = each;
        continue;
      }
      if (!to.empty()) return to;
      done.insert(each);
    }
    return heads;
  }

  /// A run on what the first one left, with `done` entered as run.
  base::Result<Evidence> from_there(const std::set<std::string>& done, const std::string& to) {
    const std::vector<std::string> versions = versions_after(first_.evidence.chain, done);
    settings_.to = to;
    const bool filled = tables_ == Tables::Filled;
    rows_.clear();
    settings_.stage.place.furnish = [&](pg::Connection& connection) -> base::Result<void> {
      const MigrationSettings& of = first_.evidence.settings;
      const bool its_own = WINDLASS_TRY(database_of(connection)) == first_.evidence.database;
      if (filled && its_own)
        result_.unpopulated = WINDLASS_TRY(populate::fill(connection, fill_)).unpopulated;
      WINDLASS_CHECK(enter_versions(connection, of.version_table, of.version_table_schema, versions));
      if (filled && its_own)
        rows_.push_back({WINDLASS_TRY(read_table_rows(connection, of.version_table)), {}});
      return {};
    };
    settings_.keep.server = filled;
    CheckOutcome again = WINDLASS_TRY(run_check(settings_, {}));
    result_.interrupted = again.interrupted;
    if (!filled || !succeeded(again.evidence) || !again.evidence.rows_after || !again.left.server)
      return std::move(again.evidence);
    rows_.push_back({*again.evidence.rows_after, again.evidence.recording});
    CheckOutcome once_more = WINDLASS_TRY(over_that(std::move(again.left), versions));
    result_.interrupted = once_more.interrupted;
    if (!succeeded(once_more.evidence)) return std::move(once_more.evidence);
    if (once_more.evidence.rows_after)
      rows_.push_back({*once_more.evidence.rows_after, std::move(once_more.evidence.recording)});
    return std::move(again.evidence);
  }

  /// The same run once more, over what it has left.
  base::Result<CheckOutcome> over_that(Left left, const std::vector<std::string>& versions) const {
    const MigrationSettings& of = first_.evidence.settings;
    pg::Connection* const connection =
        WINDLASS_TRY(left.server->standing_connection(first_.evidence.database));
    WINDLASS_CHECK(enter_versions(*connection, of.version_table, of.version_table_schema, versions));
    left.server->close_standing_connections();
    CheckSettings settings = settings_;
    settings.keep = {};
    settings.stage.place.furnish = nullptr;  // that is for a server that begins
    settings.stage.place.state = left.state;
    settings.stage.place.server = std::move(left.server);
    return run_check(settings, {});
  }

  /// Those of `wanted`, and nothing behind them, which is `pending`: branch by branch.
  base::Result<void> run_alone(std::set<std::string> done, const std::set<std::string>& wanted,
                               const std::set<std::string>& pending) {
    const chain::Chain& chain = first_.evidence.chain;
    const chain::Ancestry ancestry(chain);
    for (const std::string& tip : versions_after(chain, wanted)) {
      const Evidence evidence = WINDLASS_TRY(from_there(done, tip));
      if (result_.interrupted != 0) return {};
      if (!succeeded(evidence)) {
        result_.unknown_because = fmt::format("run again up to {}, it fails: {}", tip, stopped_by(evidence));
        return {};
      }
      judge(evidence, pending);
      done.merge(ancestry.with_ancestors({tip}));
    }
    return {};
  }

  /// `pending`: revisions that were not run a second time yet. What they, or those that were stopped, did to
  /// an object the first time is missing now, and no fault of those that ran.
  void judge(const Evidence& evidence, std::set<std::string> pending) {
    for (const auto& [revision, because] : result_.failed) pending.insert(revision);
    if (!evidence.after_read) result_.unknown_because = "the catalog at its end could not be read";
    for (const catalog::Difference& each :
         catalog::compare(first_.evidence.after, evidence.after, "the first run", "the second")) {
      const bool is_new = first_.evidence.after.find(each.object) == nullptr;
      if (is_new ? pending.contains(dropped_by(each.object)) : touched_by(pending, each.object)) continue;
      const std::string revision = revision_behind(evidence, each.object);
      if (revision.empty())
        result_.differences.push_back(each.sentence);
      else
        result_.failed.emplace(revision,
                               RanAgain::Failure{"the catalog is another one then: " + each.sentence, false});
    }
    if (tables_ == Tables::Filled) judge_rows();
  }

  /// Of what changes a table, no row is to be lost. Of what writes rows, the same is to come of it once more:
  /// rows that came since may well be written the first time.
  void judge_rows() {
    if (rows_.size() < 3) {
      result_.unknown_because = "the rows of its tables could not be read";
      return;
    }
    for (const RowsChanged& each : rows_changed(rows_[0].tables, rows_[1].tables, rows_[1].run))
      if (each.by != nullptr && !writes_rows(*each.by))
        result_.failed.emplace(each.by->source.revision, RanAgain::Failure{in_words(each), false});
    for (const RowsChanged& each : rows_changed(rows_[1].tables, rows_[2].tables, rows_[2].run)) {
      if (each.by == nullptr)
        result_.differences.push_back(in_words(each));
      else if (writes_rows(*each.by))
        result_.written.push_back(
            {each.by->source.revision, each.by->source.location, each.by->text, in_words(each)});
    }
  }

  /// The revision that dropped in the first run what had this name once, whatever it was called by then;
  /// empty where none did.
  std::string dropped_by(catalog::Object object) const {
    std::string revision;
    for (const record::Statement& statement : first_.evidence.recording.statements)
      for (const catalog::Effect& each : statement.effects) {
        if (each.rolled_back || each.object.kind != object.kind) continue;
        if (!each.renamed_from.empty() && each.renamed_from == object.name) object = each.object;
        if (each.change == catalog::Change::Dropped && each.object == object)
          revision = statement.source.revision;
      }
    return revision;
  }

  /// Whether one of these revisions did something to an object, or to the table that it is a part of, in the
  /// first run.
  bool touched_by(const std::set<std::string>& revisions, const catalog::Object& object) const {
    const auto& statements = first_.evidence.recording.statements;
    return std::any_of(statements.begin(), statements.end(), [&](const record::Statement& statement) {
      return revisions.contains(statement.source.revision) &&
             std::any_of(statement.effects.begin(), statement.effects.end(),
                         [&](const catalog::Effect& each) {
                           return !each.rolled_back &&
                                  (each.object == object ||
                                   (each.object.kind == object.kind && each.renamed_from == object.name) ||
                                   (each.object.kind == "table" && each.change != catalog::Change::Created &&
                                    object.name.starts_with(each.object.name + ".")));
                         });
    });
  }

  CheckSettings settings_;
  const CheckOutcome& first_;
  const std::set<std::string>& only_;
  const Tables tables_;
  populate::FillOrder fill_;
  struct Rows {
    TableRows tables;
    record::Recording run;  ///< what led there
  };
  std::vector<Rows> rows_;  // made up, after the second run, after a third one
  RanAgain result_;
};

}  // namespace

base::Result<std::unique_ptr<const FirstRun>> run_first(CheckSettings settings) {
  auto first = std::make_unique<FirstRun>();
  first->folder = WINDLASS_TRY(scratch::RunFolder::make());
  settings.stage.place.keep = false;
  settings.reuse = settings.keep_steps = false;
  settings.keep = WINDLASS_TRY(kept_for({Scenario::Models}, first->folder.path(), false));
  first->outcome = WINDLASS_TRY(run_check(settings, {}));
  first->settings = std::move(settings);
  const CheckOutcome& outcome = first->outcome;
  if (!succeeded(outcome.evidence) || !outcome.left.state || !outcome.evidence.after_read)
    first->unknown_because =
        !outcome.left.because.empty() ? outcome.left.because : "its first run did not come to its end";
  return std::unique_ptr<const FirstRun>(std::move(first));
}

base::Result<RanAgain> run_again(const FirstRun& first, const std::set<std::string>& only, Tables tables) {
  RanAgain result;
  result.interrupted = first.outcome.interrupted;
  result.unknown_because = first.unknown_because;
  if (result.interrupted != 0 || !result.unknown_because.empty()) return result;
  return SecondRuns(first, only, tables).run();
}

}  // namespace windlass::run
