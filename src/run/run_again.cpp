#include "run/run_again.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "catalog/compare.h"
#include "pg/connection.h"
#include "run/scenarios.h"
#include "run/version_tables.h"
#include "scratch/run_folder.h"

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

/// The second runs of one chain.
class SecondRuns {
 public:
  SecondRuns(CheckSettings settings, const CheckOutcome& first, const std::set<std::string>& only)
      : settings_(std::move(settings)), first_(first), only_(only) {
    settings_.keep.pack.clear();
    settings_.stage.place.state = first.left.state;
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
          !result_.failed.emplace(stopped->revision, stopped_by(evidence)).second) {
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
    settings_.stage.place.furnish = [&](pg::Connection& connection) {
      const MigrationSettings& of = first_.evidence.settings;
      return enter_versions(connection, of.version_table, of.version_table_schema, versions);
    };
    CheckOutcome again = WINDLASS_TRY(run_check(settings_, {}));
    result_.interrupted = again.interrupted;
    return std::move(again.evidence);
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
        result_.failed.emplace(revision, "the catalog is another one then: " + each.sentence);
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
  RanAgain result_;
};

}  // namespace

base::Result<RanAgain> run_again(CheckSettings settings, const std::set<std::string>& only) {
  RanAgain result;
  const scratch::RunFolder folder = WINDLASS_TRY(scratch::RunFolder::make());
  settings.stage.place.keep = false;
  settings.reuse = settings.keep_steps = false;
  settings.keep = WINDLASS_TRY(kept_for({Scenario::Models}, folder.path(), false));
  const CheckOutcome first = WINDLASS_TRY(run_check(settings, {}));
  if (result.interrupted = first.interrupted; result.interrupted != 0) return result;
  if (!succeeded(first.evidence) || !first.left.state || !first.evidence.after_read) {
    result.unknown_because =
        !first.left.because.empty() ? first.left.because : "its first run did not come to its end";
    return result;
  }
  return SecondRuns(std::move(settings), first, only).run();
}

}  // namespace windlass::run
