#include "run/scenarios.h"

#include <fmt/core.h>

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "base/process.h"
#include "base/text.h"
#include "run/case_pool.h"
#include "run/failure.h"
#include "run/left_behind.h"
#include "run/models_run.h"
#include "run/repeats.h"
#include "run/scenario_runner.h"
#include "run/with_rows.h"

namespace windlass::run {

namespace {

/// Whether the run ended at the chain's heads. Of a head that another one depends on, Alembic keeps no row.
bool at_heads(const Evidence& run) {
  const std::set<std::string> heads(run.chain.heads.begin(), run.chain.heads.end());
  const std::set<std::string> covered = chain::Ancestry(run.chain).with_ancestors(run.versions);
  return std::includes(covered.begin(), covered.end(), heads.begin(), heads.end()) &&
         std::all_of(run.versions.begin(), run.versions.end(),
                     [&](const std::string& version) { return heads.contains(version); });
}

class Driver {
 public:
  Driver(const CheckSettings& settings, const CheckOutcome& clean, const std::vector<Scenario>& wanted,
         const ScenarioHooks& hooks, ScenarioRunner& runner)
      : settings_(settings),
        clean_outcome_(clean),
        clean_(std::make_shared<const Evidence>(clean.evidence)),
        hooks_(hooks),
        runner_(runner),
        order_(walk_order(clean.evidence, settings.to)),
        left_behind_(clean.evidence, order_, settings.to),
        walks_(walks(wanted)) {
    for (const Scenario scenario : wanted) outcomes_[scenario].scenario = scenario;
    known_ = (wants(Scenario::Repeat) ? repeats(settings.stage.environment).size() : 0) +
             (wants(Scenario::Retry) ? 1 : 0) + (wants(Scenario::Models) ? 1 : 0) +
             (wants(Scenario::AsRole) ? 1 : 0) + (walks_ ? order_.size() : 0) +
             (wants(Scenario::Splits) ? order_.size() : 0) +
             (wants(Scenario::Populated) ? order_.size() : 0) +
             (wants(Scenario::RoundTrip) ? order_.size() + 1 : 0);
    if (wants(Scenario::Populated)) {
      fill_.hints = hints_of(*clean_);
      fill_.leave_out = clean_->version_tables;
      fill_.leave_out.push_back(clean_->settings.version_table);
    }
  }

  void run() {
    const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
    {
      CasePool pool(cores);
      repeat(pool);
      retry(pool);
      models(pool);
      as_role(pool);
      if (walks_) walk(pool);
      pool.finish();
    }
    if (wants(Scenario::RoundTrip)) whole_way();
  }

  std::vector<ScenarioOutcome> outcomes() {
    std::vector<ScenarioOutcome> list;
    for (auto& [scenario, outcome] : outcomes_) {
      // The cases ended in any order.
      std::vector<std::string> sorted;
      for (const std::string& id : order_)
        if (std::count(outcome.applied.begin(), outcome.applied.end(), id) > 0) sorted.push_back(id);
      outcome.applied = std::move(sorted);
      outcome.not_populated = each_table_once(std::move(outcome.not_populated));
      if (outcome.cases == 0 && outcome.not_run_because.empty())
        outcome.not_run_because = outcome.left_out.empty() ? "there is no case of it in this chain"
                                                           : outcome.left_out.front().because;
      list.push_back(std::move(outcome));
    }
    return list;
  }

 private:
  bool wants(Scenario scenario) const { return outcomes_.contains(scenario); }

  void not_run(Scenario scenario, const std::string& because) {
    const std::lock_guard lock(mutex_);
    if (wants(scenario)) outcomes_[scenario].not_run_because = because;
  }
  void leave_out(Scenario scenario, const std::string& name, const std::string& because) {
    const std::lock_guard lock(mutex_);
    if (wants(scenario)) outcomes_[scenario].left_out.push_back({name, because});
  }
  void could_not_look(Scenario scenario, const std::string& name, const base::Error& error) {
    leave_out(scenario, name, error.got);
    const std::lock_guard lock(mutex_);
    if (wants(scenario)) outcomes_[scenario].could_not_look = true;
  }

  void begins(Scenario scenario, const std::string& name) {
    const std::lock_guard lock(mutex_);
    if (hooks_.on_progress) hooks_.on_progress(scenario, name, begun_, std::max(known_, begun_ + 1));
    ++begun_;
  }

  void count(ScenarioOutcome& outcome, const std::vector<SharedEvidence>& runs) {
    for (const SharedEvidence& run : runs) {
      outcome.statements += run->recording.statements.size();
      outcome.seconds += run->seconds;
      for (const Step& step : run->steps) {
        if (step.direction != "upgrade") continue;
        auto& applied = outcome.applied;
        if (step.finished && std::count(applied.begin(), applied.end(), step.revision) == 0)
          applied.push_back(step.revision);
        if (!step.finished && outcome.failed.empty()) outcome.failed = step.revision;
      }
    }
  }

  void told(CaseRun run) {
    run.clean = clean_;
    const std::lock_guard lock(mutex_);
    if (!wants(run.scenario)) return;
    ScenarioOutcome& outcome = outcomes_[run.scenario];
    // All the steps of the walk are one case.
    if (run.scenario != Scenario::Stepwise || outcome.cases == 0) ++outcome.cases;
    outcome.cases += run.equal.size();
    outcome.equal += run.equal.size();
    // What each of these would have begun with, the walk ran.
    for (const std::string& name : run.equal)
      for (size_t i = 0; i + 1 < order_.size(); ++i)
        if ("from " + order_[i] == name &&
            std::count(outcome.applied.begin(), outcome.applied.end(), order_[i + 1]) == 0)
          outcome.applied.push_back(order_[i + 1]);
    const std::string failed = outcome.failed;
    count(outcome, run.runs);
    // Where it came through with ordinary rows, it did not stop.
    if (run.populated && succeeded(*run.runs.back())) outcome.failed = failed;
    if (hooks_.on_case) hooks_.on_case(run);
  }

  void repeat(CasePool& pool) {
    if (!wants(Scenario::Repeat)) return;
    if (!succeeded(*clean_) || !clean_->after_read)
      return not_run(Scenario::Repeat, "the clean run did not end well, so there is nothing to compare with");
    for (const Variables& variables : repeats(settings_.stage.environment)) {
      pool.give([this, variables] {
        const std::string name = in_words(variables);
        begins(Scenario::Repeat, name);
        auto done = runner_.run({.target = settings_.to, .alone = true, .variables = variables});
        if (!done) return could_not_look(Scenario::Repeat, name, done.error());
        told({Scenario::Repeat, name, {}, {done->evidence}});
      });
    }
  }

  void retry(CasePool& pool) {
    if (!wants(Scenario::Retry)) return;
    const Left& left = clean_outcome_.left;
    if (!left.state)
      return not_run(Scenario::Retry,
                     left.because.empty() ? "what the clean run left was not kept" : left.because);
    pool.give([this] {
      begins(Scenario::Retry, "");
      const Left& left = clean_outcome_.left;
      auto done = runner_.run({.target = settings_.to, .from = left.state, .server = left.server});
      if (!done) return could_not_look(Scenario::Retry, "", done.error());
      told({Scenario::Retry, "", {clean_}, {done->evidence}});
    });
  }

  /// What the models create in a copy of what the chain left, its tables dropped: functions, extensions and
  /// schemas that they rely on are there. Where that fails (models that bring such things themselves), in an
  /// empty database.
  void models(CasePool& pool) {
    if (!wants(Scenario::Models)) return;
    if (!succeeded(*clean_) || !clean_->after_read)
      return not_run(Scenario::Models, "the chain did not reach its head");
    if (!at_heads(*clean_))
      return not_run(Scenario::Models, "the models belong to the chain's head, and this run ended elsewhere");
    pool.give([this] {
      begins(Scenario::Models, "");
      const MakeModels make = models_beside(*clean_);
      SharedEvidence made;
      std::string because;
      std::vector<SharedState> places = {SharedState()};
      if (const SharedState& state = clean_outcome_.left.state; state && state->saved)
        places.insert(places.begin(), state);
      for (const SharedState& from : places) {
        auto done = runner_.run({.target = settings_.to, .from = from, .models = make});
        if (!done) return could_not_look(Scenario::Models, "", done.error());
        made = done->evidence;
        if (made->models_made.made && made->after_read) break;
        if (because.empty()) because = why_not_made(*made);
        if (made->models_made.nothing) break;
      }
      if (!made->models_made.made || !made->after_read) return not_run(Scenario::Models, because);
      told({Scenario::Models, "", {}, {made}});
    });
  }

  void as_role(CasePool& pool) {
    if (!wants(Scenario::AsRole)) return;
    pool.give([this] {
      const std::string& name = settings_.as_role;
      begins(Scenario::AsRole, name);
      auto done = runner_.run({.target = settings_.to, .as_role = name});
      if (!done) return could_not_look(Scenario::AsRole, name, done.error());
      told({Scenario::AsRole, name, {}, {done->evidence}});
    });
  }

  /// One process for each revision, all on one server. Where that fails and one process from the beginning
  /// does not, it goes on from there: the states behind it are those that production may stand in.
  void walk(CasePool& pool) {
    const bool keep = wants(Scenario::Splits) || wants(Scenario::Populated) || wants(Scenario::RoundTrip);
    Left stands;
    for (size_t k = 0; k < order_.size() && runner_.interrupted() == 0; ++k) {
      const std::string& id = order_[k];
      begins(Scenario::Stepwise, id);
      auto done = runner_.run({.target = id,
                               .from = stands.state,
                               .server = std::exchange(stands.server, nullptr),
                               .keep = keep,
                               .keep_server = true,
                               .tell_held = wants(Scenario::Splits)});
      if (!done) {
        split_pending(pool);
        return walk_ended(k, done.error().got, true);
      }
      told({Scenario::Stepwise, "", history_, {done->evidence}});
      if (!succeeded(*done->evidence)) {
        split_pending(pool);
        if (k == 0) return walk_ended(k, fmt::format("revision {} could not be reached", id));
        auto at_once = runner_.run({.target = id, .keep = keep, .keep_server = true});
        if (!at_once || !succeeded(*at_once->evidence))
          return walk_ended(k, fmt::format("revision {} could not be reached", id));
        done = std::move(at_once);
        history_.clear();
      }
      const catalog::Snapshot lower = k == 0 ? done->evidence->before : reached_;
      const std::vector<std::string> lower_versions = versions_;
      history_.push_back(done->evidence);
      reached_ = done->evidence->after;
      versions_ = done->evidence->versions;
      stands = done->left;
      const bool last = k + 1 == order_.size();
      const bool saved = stands.state && stands.state->saved;
      settle_pending(pool, k, *done, saved && !last);
      if (saved) {
        if (wants(Scenario::Splits) && !last) wait_to_split(id, stands.state);
        if (wants(Scenario::Populated) && !last) populated(pool, id, stands.state);
        if (wants(Scenario::RoundTrip)) round_trip(pool, id, stands.state, lower, lower_versions);
      } else if (keep) {
        state_missing(k, stands.because);
      }
      if (!stands.state) return walk_ended(k + 1, stands.because);
    }
    if (wants(Scenario::RoundTrip)) last_ = std::move(stands);
  }

  /// What begins with the state at revision number `k` cannot be run.
  void state_missing(size_t k, const std::string& because) {
    for (const Scenario scenario : {Scenario::Splits, Scenario::Populated})
      if (k + 1 < order_.size()) leave_out(scenario, "from " + order_[k], because);
    leave_out(Scenario::RoundTrip, order_[k], because);
  }

  /// The states from revision number `k` on are not to be had: it was not reached, or `could_not_look`.
  void walk_ended(size_t k, const std::string& because, bool could_not_look = false) {
    for (size_t i = k; i < order_.size(); ++i) state_missing(i, because);
    for (size_t i = could_not_look ? k : k + 1; i < order_.size(); ++i)
      leave_out(Scenario::Stepwise, order_[i], because);
    leave_out(Scenario::RoundTrip, "the whole way", because);
    if (!could_not_look) return;
    const std::lock_guard lock(mutex_);
    for (auto& [scenario, outcome] : outcomes_)
      if (walks({scenario})) outcome.could_not_look = true;
  }

  /// A case of `splits` that is run only where the next revision leaves something behind.
  struct Pending {
    std::string name;
    SharedState state;
    std::vector<SharedEvidence> before;
    std::vector<std::string> equal;  ///< cases that go on as this one does
  };

  static CaseRun split(const Pending& pending, const SharedEvidence& upgrade) {
    CaseRun run{Scenario::Splits, pending.name, pending.before, {upgrade}};
    run.equal = pending.equal;
    return run;
  }

  /// The case from `id` waits until the walk knows what the next revision leaves behind.
  void wait_to_split(const std::string& id, const SharedState& state) {
    std::vector<std::string> equal = std::move(equal_);
    equal_.clear();
    pending_ = Pending{"from " + id, state, history_, std::move(equal)};
  }

  /// The walk ran order_[k], which is what the case that waits would begin with. `next`: there will be a
  /// case from there.
  void settle_pending(CasePool& pool, size_t k, const RunDone& done, bool next) {
    if (!pending_) return;
    if (k + 1 == order_.size() && left_behind_.not_alone(*done.evidence, k).empty()) {
      begins(Scenario::Splits, pending_->name);
      told(split(*pending_, done.evidence));
      pending_.reset();
    } else if (next && left_behind_.by(*done.evidence, done.held, k).empty()) {
      begins(Scenario::Splits, pending_->name);
      equal_ = std::move(pending_->equal);
      equal_.push_back(pending_->name);
      pending_.reset();
    } else {
      split_pending(pool);
    }
  }

  void split_pending(CasePool& pool) {
    if (!pending_) return;
    pool.give([this, pending = *std::exchange(pending_, std::nullopt)] {
      begins(Scenario::Splits, pending.name);
      auto done = runner_.run({.target = settings_.to, .from = pending.state});
      if (!done) {
        for (const std::string& name : pending.equal) could_not_look(Scenario::Splits, name, done.error());
        return could_not_look(Scenario::Splits, pending.name, done.error());
      }
      told(split(pending, done->evidence));
    });
  }

  /// With all kinds of rows; where that fails, without any (is it the rows at all?) and with ordinary ones
  /// alone (is it any rows, or some?).
  void populated(CasePool& pool, const std::string& id, const SharedState& state) {
    pool.give([this, id, state, before = history_] {
      const std::string name = "from " + id;
      begins(Scenario::Populated, name);
      CaseRun run{Scenario::Populated, name, before, {}};
      run.populated.emplace();
      Populated& tried = *run.populated;
      std::vector<std::string> seeded;  // tables in which the chain's own rows stand in the way
      const auto with = [&](populate::Strength strength, populate::Rows& rows,
                            SharedEvidence& evidence) -> base::Result<void> {
        populate::FillOrder order = fill_;
        order.strength = strength;
        order.leave_out.insert(order.leave_out.end(), seeded.begin(), seeded.end());
        WithRows done = WINDLASS_TRY(upgrade_with_rows(runner_, settings_.to, state, std::move(order)));
        not_populated(name, done.seeded);
        for (const populate::Unpopulated& table : done.seeded) seeded.push_back(table.table);
        rows = std::move(done.done.rows);
        evidence = done.done.evidence;
        run.runs.push_back(evidence);
        return {};
      };
      if (auto full = with(populate::Strength::Full, tried.rows, tried.full); !full)
        return could_not_look(Scenario::Populated, name, full.error());
      not_populated(name, tried.rows.unpopulated);
      if (!succeeded(*tried.full)) {
        auto without = runner_.run({.target = settings_.to, .from = state});
        if (!without) return could_not_look(Scenario::Populated, name, without.error());
        tried.without = without->evidence;
        run.runs.push_back(tried.without);
      }
      if (tried.without && !failed_alike(*tried.full, *tried.without))
        if (auto plain = with(populate::Strength::Plain, tried.plain_rows, tried.plain); !plain)
          return could_not_look(Scenario::Populated, name, plain.error());
      told(std::move(run));
    });
  }

  void not_populated(const std::string& name, const std::vector<populate::Unpopulated>& tables) {
    const std::lock_guard lock(mutex_);
    for (const populate::Unpopulated& each : tables)
      outcomes_[Scenario::Populated].not_populated.push_back({each.table, name, each.because});
  }

  /// By name, each as the first case on the way has it.
  std::vector<NotPopulated> each_table_once(std::vector<NotPopulated> all) const {
    const auto place = [&](const NotPopulated& one) {
      return std::find(order_.begin(), order_.end(), one.name.substr(one.name.find(' ') + 1));
    };
    std::stable_sort(all.begin(), all.end(), [&](const NotPopulated& a, const NotPopulated& b) {
      return a.table != b.table ? a.table < b.table : place(a) < place(b);
    });
    all.erase(std::unique(all.begin(), all.end(),
                          [](const NotPopulated& a, const NotPopulated& b) { return a.table == b.table; }),
              all.end());
    return all;
  }

  void round_trip(CasePool& pool, const std::string& id, const SharedState& state,
                  const catalog::Snapshot& lower, const std::vector<std::string>& lower_versions) {
    if (const chain::Revision* revision = clean_->chain.find(id);
        revision != nullptr && !revision->has_downgrade)
      return leave_out(Scenario::RoundTrip, id, "its file has no downgrade");
    // Down from there, nothing would say how far up again.
    if (versions_.empty())
      return leave_out(Scenario::RoundTrip, id, "the database does not tell which revision it is at");
    pool.give([this, id, state, lower, lower_versions, before = history_, upper = reached_, to = versions_] {
      begins(Scenario::RoundTrip, id);
      CaseRun run{Scenario::RoundTrip, id, before, {}};
      run.round_trip = RoundTrip{id, lower, false, upper, {}, {}};
      if (!down_and_up(run, below(clean_->chain, id), {state, nullptr, {}}, to)) return;
      run.round_trip->lower_known = run.round_trip->down->versions == lower_versions;
      told(std::move(run));
    });
  }

  void whole_way() {
    if (!last_.state || order_.empty() || runner_.interrupted() != 0) return;
    for (const LeftOut& left : outcomes_[Scenario::RoundTrip].left_out)
      return leave_out(Scenario::RoundTrip, "the whole way", fmt::format("{}: {}", left.name, left.because));
    if (down_failed_)
      return leave_out(Scenario::RoundTrip, "the whole way", "a downgrade on it failed by itself");
    const std::string name = "the whole way";
    begins(Scenario::RoundTrip, name);
    CaseRun run{Scenario::RoundTrip, name, history_, {}};
    run.round_trip = RoundTrip{"", history_.front()->before, false, reached_, {}, {}};
    if (!down_and_up(run, "base", std::exchange(last_, {}), {settings_.to})) return;
    run.round_trip->lower_known = run.round_trip->down->versions.empty();
    told(std::move(run));
  }

  /// False where windlass could not look; it is told then.
  bool down_and_up(CaseRun& run, const std::string& down_to, Left from,
                   const std::vector<std::string>& up_to) {
    auto down = runner_.run({.command = "downgrade",
                             .target = down_to,
                             .from = from.state,
                             .server = std::move(from.server),
                             .keep_server = true});
    if (!down) {
      could_not_look(run.scenario, run.name, down.error());
      return false;
    }
    run.round_trip->down = down->evidence;
    if (!succeeded(*down->evidence) && down->evidence->steps.empty()) {
      // Which way down it would be is not clear on every graph; nothing was run then.
      const auto& exception = down->evidence->exception;
      leave_out(
          run.scenario, run.name,
          "the tool refused: " + (exception ? base::one_line(to_string(*exception)) : "it said nothing"));
      return false;
    }
    run.runs.push_back(down->evidence);
    if (!succeeded(*down->evidence)) {
      const std::lock_guard lock(mutex_);
      down_failed_ = true;
      return true;
    }
    from = std::move(down->left);
    for (const std::string& target : up_to) {
      auto up = runner_.run({.target = target,
                             .from = from.state,
                             .server = std::move(from.server),
                             .keep_server = &target != &up_to.back()});
      if (!up) {
        could_not_look(run.scenario, run.name, up.error());
        return false;
      }
      run.round_trip->up.push_back(up->evidence);
      run.runs.push_back(up->evidence);
      if (!succeeded(*up->evidence)) break;
      from = std::move(up->left);
    }
    return true;
  }

  const CheckSettings& settings_;
  const CheckOutcome& clean_outcome_;
  const SharedEvidence clean_;
  const ScenarioHooks& hooks_;
  ScenarioRunner& runner_;
  const std::vector<std::string> order_;
  const LeftBehind left_behind_;
  const bool walks_;
  populate::FillOrder fill_;  // what is the same for every case

  std::mutex mutex_;  // guards what follows, up to the walk's own
  std::map<Scenario, ScenarioOutcome> outcomes_;
  size_t begun_ = 0, known_ = 0;
  bool down_failed_ = false;

  // Where the walk stands.
  std::optional<Pending> pending_;
  std::vector<std::string> equal_;  // cases that go on as the one from the next state does
  std::vector<SharedEvidence> history_;
  catalog::Snapshot reached_;
  std::vector<std::string> versions_;
  Left last_;
};

/// Why no scenario can be run after this clean run; empty where they can.
std::string hopeless(const Evidence& clean) {
  if (clean.chain.revisions.empty()) return "the clean run did not get as far as the chain";
  if (!clean.settings.configured) return "the clean run did not get as far as the chain";
  // It was led nowhere, and every other run would be.
  if (!clean.other_databases.empty() && clean.recording.statements.empty())
    return "the clean run asked for a database that is not PostgreSQL";
  if (clean.server_died) return "the server died in the clean run";
  if (clean.timed_out) return "the clean run was ended after its time";
  return {};
}

}  // namespace

base::Result<ScenariosOutcome> run_scenarios(const CheckSettings& settings, const CheckOutcome& clean,
                                             const std::vector<Scenario>& wanted,
                                             const ScenarioHooks& hooks) {
  ScenariosOutcome result;
  std::string because = hopeless(clean.evidence);
  if (!settings.stage.place.given_url.empty())
    because = "it needs a server of windlass's own, and --scratch-url gives another";
  if (!because.empty()) {
    for (const Scenario scenario : wanted) {
      ScenarioOutcome outcome;
      outcome.scenario = scenario;
      outcome.not_run_because = because;
      result.scenarios.push_back(std::move(outcome));
    }
    return result;
  }
  const auto runner = WINDLASS_TRY(ScenarioRunner::make(settings, clean.evidence));
  Driver driver(settings, clean, wanted, hooks, *runner);
  driver.run();
  result.interrupted = runner->interrupted();
  result.libraries_not_shared_because = runner->libraries_not_shared_because();
  result.scenarios = driver.outcomes();
  return result;
}

bool walks(const std::vector<Scenario>& wanted) {
  return std::any_of(wanted.begin(), wanted.end(), [](Scenario scenario) {
    return scenario == Scenario::Stepwise || scenario == Scenario::Splits ||
           scenario == Scenario::Populated || scenario == Scenario::RoundTrip;
  });
}

base::Result<KeepState> kept_for(const std::vector<Scenario>& wanted, const std::filesystem::path& folder,
                                 bool stays) {
  KeepState keep;
  const std::filesystem::path common = folder / "common";
  if (::mkdir(common.c_str(), 0700) != 0)
    return base::fail({"make a folder for the scenarios", common.string(), base::system_error_text(errno), "",
                       base::Exit::CouldNotLook});
  keep.common = std::make_shared<scratch::CommonFiles>(common);
  if (stays) return keep;
  const auto wants = [&](Scenario scenario) {
    return std::find(wanted.begin(), wanted.end(), scenario) != wanted.end();
  };
  keep.server = wants(Scenario::Retry);
  if (wants(Scenario::Models)) keep.pack = folder / "clean";
  return keep;
}

}  // namespace windlass::run
