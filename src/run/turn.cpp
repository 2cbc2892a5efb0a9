#include "run/turn.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "base/interrupt.h"
#include "base/text.h"
#include "catalog/owners.h"
#include "ddl/plan.h"
#include "run/by_hand.h"
#include "run/database_copy.h"
#include "run/dependents.h"
#include "run/renames.h"
#include "run/schema_read.h"
#include "run/step_runner.h"

namespace windlass::run {

namespace {

constexpr int kMostRounds = 32;

base::Error failed(std::string got) {
  return {"turn A into B", "on the scratch server", std::move(got), "", base::Exit::CouldNotLook};
}

std::string words_of(const pg::ServerError& error) {
  return error.sqlstate + ": " + error.message +
         (error.detail.empty() ? "" : " (" + base::one_line(error.detail) + ")");
}

/// No statement gives an extension to another role, and pg_dump does not say whose it is: on a copy it is
/// whose `real` says.
void give_extensions(catalog::LiveRead& read, const catalog::LiveRead& real) {
  for (catalog::Fact& fact : read.snapshot.facts) {
    if (fact.object.kind != "extension") continue;
    const catalog::Fact* other = real.snapshot.find(fact.object);
    if (other == nullptr) continue;
    std::vector<catalog::Fact> one = {fact};
    catalog::reassign(one, {}, catalog::owner_of(*other), {fact.id});
    fact.definition = one.front().definition;
  }
}

/// Other objects need what it changes: 2BP01 of a DROP; of an ALTER, 0A000 ("cannot alter type of a column
/// used by a view or rule"), 42P17 of an index over a function.
bool others_need_it(const pg::ServerError& error) {
  return error.sqlstate == "2BP01" || error.sqlstate == "0A000";
}

/// It needs what is not there yet, or not as B has it: a table, a column, a function, a type, a schema.
bool needs_others(const pg::ServerError& error) {
  static const std::set<std::string> kStates = {"42P01", "42703", "42883", "42704", "3F000", "55000"};
  return kStates.contains(error.sqlstate);
}

/// The condition of an index or a constraint does not hold with a column's new type.
bool condition_needs_it(const ddl::Step& step, const pg::ServerError& error) {
  return error.sqlstate == "42883" && step.phase == ddl::Step::Phase::Make &&
         (step.object.kind == "column" || step.object.kind == "type");
}

/// What others stand on, and what stands on nothing that is altered: made before the rest.
bool is_base(const ddl::Step& step) {
  static const std::set<std::string> kKinds = {"schema",    "extension", "type",     "collation", "function",
                                               "procedure", "aggregate", "sequence", "table"};
  return kKinds.contains(step.object.kind);
}

/// Whether it is tried before anything is made that could need what it changes, too.
bool goes_first(const ddl::Step& step) {
  return step.phase == ddl::Step::Phase::Drop || step.apart || !step.row.empty();
}

/// Whether what it is about stays, in another form: what needs it is dropped at once where it must be.
bool is_anew(const ddl::Step& step) {
  return step.anew || (step.phase == ddl::Step::Phase::Make && !step.row.empty());
}

class Turning {
 public:
  Turning(ScratchPlace& place, const catalog::LiveRead& a, const catalog::LiveRead& b,
          const ddl::Schema& target, const TurnSettings& settings)
      : place_(place), a_(a), b_(b), target_(target), settings_(settings) {}

  base::Result<Turned> run(const std::string& database) {
    wanted_ = settings_.wanted;
    wanted_.column_order = false;
    {
      const DatabaseCopy copy = WINDLASS_TRY(DatabaseCopy::make(place_, database));
      WINDLASS_CHECK(try_on(copy.name()));
    }
    WINDLASS_CHECK(prove(database));
    turned_.role = settings_.run_as;
    return std::move(turned_);
  }

 private:
  struct Waiting {
    ddl::Step step;
    std::string refusal;
    bool others_need_it = false, needs_others = false, cleared = false;
    size_t way = 0;  // of step.instead
  };

  /// What is read of the copy is A's: whose it is, and what of it is left to others.
  base::Result<catalog::LiveRead> read(const std::string& database) const {
    catalog::LiveRead read = WINDLASS_TRY(catalog::read_live(place_.conninfo(database)));
    read.made_by = a_.made_by;
    read.made_from = a_.made_from;
    read.says_owners = a_.says_owners;
    read.says_privileges = a_.says_privileges;
    read.without_rows = a_.without_rows;
    add_subscriptions(a_, read);
    return read;
  }

  std::vector<catalog::Difference> differences(catalog::LiveRead a, const catalog::Wanted& wanted) const {
    give_extensions(a, b_);
    const catalog::Comparable both = catalog::made_comparable(a, b_, "A", "B", wanted);
    return catalog::compare(both.a, both.b);
  }

  void say(const std::string& doing) const {
    if (settings_.progress) settings_.progress(doing);
  }

  /// Without rows a materialized view holds none; where A's are filled, so are the copies'.
  std::vector<std::string> refreshes(const ddl::Schema& schema) const {
    std::vector<std::string> statements;
    for (const catalog::Fact& fact : schema.snapshot().facts) {
      const auto empty = [](const catalog::Fact& view) {
        return base::contains(view.definition, "\"populated\":false");
      };
      if (fact.object.kind != "materialized view" || !empty(fact)) continue;
      const catalog::Fact* real = a_.snapshot.find(fact.object);
      const ddl::Named* named = schema.named_of(fact.object);
      if (real != nullptr && named != nullptr && !empty(*real))
        statements.push_back("REFRESH MATERIALIZED VIEW " + named->identity);
    }
    return statements;
  }

  /// Each view when those that it reads have been filled; one that cannot be stays as it is.
  base::Result<void> refresh(StepRunner& runner, std::vector<std::string> waiting) const {
    for (size_t before = waiting.size() + 1; !waiting.empty() && waiting.size() < before;) {
      before = waiting.size();
      std::vector<std::string> again;
      for (std::string& each : waiting)
        if (!WINDLASS_TRY(runner.run({each}))) again.push_back(std::move(each));
      waiting = std::move(again);
    }
    return {};
  }

  void compare_twin(catalog::LiveRead twin) {
    give_extensions(twin, a_);
    const catalog::Comparable both = catalog::made_comparable(a_, twin, "A", "its twin", wanted_);
    const std::vector<catalog::Difference> all = catalog::compare(both.a, both.b, "A", "its twin");
    if (!all.empty())
      turned_.remarks.push_back(
          fmt::format("The twin is not quite like A: {}{}.", all.front().sentence,
                      all.size() > 1 ? fmt::format("; {} more", all.size() - 1) : std::string()));
  }

  base::Result<void> try_on(const std::string& database) {
    const std::string conninfo = place_.conninfo(database);
    StepRunner runner = WINDLASS_TRY(StepRunner::open(conninfo, settings_.run_as));
    catalog::LiveRead now = WINDLASS_TRY(read(database));
    ddl::Schema schema = WINDLASS_TRY(read_schema(conninfo, now, nullptr));
    refreshes_ = refreshes(schema);
    if (!refreshes_.empty()) {
      WINDLASS_CHECK(refresh(runner, refreshes_));
      now = WINDLASS_TRY(read(database));
      schema = WINDLASS_TRY(read_schema(conninfo, now, nullptr));
    }
    compare_twin(now);
    std::vector<catalog::Difference> all = differences(now, wanted_);
    const auto look_again = [&]() -> base::Result<void> {
      now = WINDLASS_TRY(read(database));
      all = differences(now, wanted_);
      if (!all.empty()) schema = WINDLASS_TRY(read_schema(conninfo, now, nullptr));
      return {};
    };
    if (!settings_.renames.empty()) {
      WINDLASS_CHECK(rename(runner, schema, all, settings_.renames));
      WINDLASS_CHECK(look_again());
    }
    if (const Renames said = ask(schema, all); !said.empty()) {
      WINDLASS_CHECK(rename(runner, schema, all, said));
      WINDLASS_CHECK(look_again());
    }
    bool losing = false, last = false;
    std::set<std::vector<std::string>> stood = {state_of(all)};
    for (int round = 0; round < kMostRounds && !all.empty(); ++round) {
      if (base::interrupted() != 0) return base::fail(failed("interrupted"));
      std::vector<ddl::Step> steps = ddl::plan(schema, target_, all);
      if (!losing) std::erase_if(steps, [](const ddl::Step& step) { return !step.loses.empty(); });
      const bool more = std::any_of(steps.begin(), steps.end(), [](const auto& step) { return step.last; });
      if (!last) std::erase_if(steps, [](const ddl::Step& step) { return step.last; });
      const bool progress = WINDLASS_TRY(run_steps(runner, schema, std::move(steps), losing));
      if (progress) WINDLASS_CHECK(look_again());
      if (progress && stood.insert(state_of(all)).second) {
        if (!calm_) last = false;
        continue;
      }
      stood = {state_of(all)};
      // Rounds that take turns lead nowhere: what can be made is made once more, and nothing dropped for it.
      calm_ = progress && !calm_;
      if (calm_) continue;
      if (!losing) {
        losing = true;
      } else if (more && !last) {
        last = true;
      } else {
        break;
      }
    }
    return {};
  }

  /// Where the copy stands, as far as that differs from B.
  static std::vector<std::string> state_of(const std::vector<catalog::Difference>& all) {
    std::vector<std::string> state;
    for (const catalog::Difference& each : all)
      for (const std::string& part : {to_string(each.object), each.before, each.after}) state.push_back(part);
    return state;
  }

  using Renames = std::vector<std::pair<std::string, std::string>>;

  /// What somebody says was renamed; what nobody was asked about is told.
  Renames ask(const ddl::Schema& schema, const std::vector<catalog::Difference>& all) {
    Renames said;
    std::set<catalog::Object> settled;
    for (const Rename& each : possible_renames(schema, target_, all)) {
      if (settled.contains(each.from) || settled.contains(each.to)) continue;
      if (!settings_.ask) {
        turned_.maybe_renamed.push_back(each);
      } else if (settings_.ask(each)) {
        said.emplace_back(each.from.name, each.to.name);
        settled.insert(each.from);
        settled.insert(each.to);
      }
    }
    return said;
  }

  base::Result<void> rename(StepRunner& runner, const ddl::Schema& schema,
                            const std::vector<catalog::Difference>& all, const Renames& renames) {
    for (const auto& [from, to] : renames)
      for (ddl::Step& step : WINDLASS_TRY(rename_steps(schema, target_, all, from, to))) {
        const auto done = WINDLASS_TRY(runner.run(step.statements));
        if (!done)
          return base::fail(
              {"rename", from + " to " + to, words_of(done.error()), "", base::Exit::CouldNotLook});
        turned_.keeping.push_back({std::move(step), done->locks, done->rewrites});
      }
    return {};
  }

  /// What a step drops must be droppable on the database, too, whose foreign keys may stand on another key.
  base::Result<void> free_the_key(StepRunner& runner, const ddl::Schema& schema, const ddl::Step& drop,
                                  bool losing) {
    const bool key = drop.object.kind == "constraint" || drop.object.kind == "index";
    if (drop.phase != ddl::Step::Phase::Drop || !key || drop.row.empty()) return {};
    for (ddl::Step& step :
         WINDLASS_TRY(drops_of_foreign_keys_on_twins(runner.connection(), schema, drop.row))) {
      Waiting one{std::move(step), {}};
      WINDLASS_CHECK(attempt(runner, schema, one, losing));
    }
    return {};
  }

  base::Result<bool> attempt(StepRunner& runner, const ddl::Schema& schema, Waiting& waiting, bool losing) {
    WINDLASS_CHECK(free_the_key(runner, schema, waiting.step, losing));
    const auto done = WINDLASS_TRY(runner.run(waiting.step.statements));
    if (!done) {
      waiting.refusal = words_of(done.error());
      waiting.others_need_it = others_need_it(done.error()) || condition_needs_it(waiting.step, done.error());
      waiting.needs_others = needs_others(done.error());
      return false;
    }
    (losing ? turned_.losing : turned_.keeping).push_back({waiting.step, done->locks, done->rewrites});
    say(fmt::format("step {}", turned_.keeping.size() + turned_.losing.size()));
    return true;
  }

  /// Whether anything could be done.
  base::Result<bool> run_steps(StepRunner& runner, const ddl::Schema& schema, std::vector<ddl::Step> steps,
                               bool losing) {
    std::vector<Waiting> waiting, later;
    for (ddl::Step& step : steps) (goes_first(step) ? waiting : later).push_back({std::move(step), {}});
    bool any = WINDLASS_TRY(run_waiting(runner, schema, waiting, losing, true));
    if (!waiting.empty()) {  // for what is made only now, perhaps
      const auto rest = std::stable_partition(later.begin(), later.end(),
                                              [](const Waiting& each) { return is_base(each.step); });
      std::move(later.begin(), rest, std::back_inserter(waiting));
      later.erase(later.begin(), rest);
      any = WINDLASS_TRY(run_waiting(runner, schema, waiting, losing, true)) || any;
    }
    std::move(later.begin(), later.end(), std::back_inserter(waiting));
    any = WINDLASS_TRY(run_waiting(runner, schema, waiting, losing, false)) || any;
    refusals_.clear();
    for (const Waiting& each : waiting)
      refusals_.push_back(fmt::format(
          "{}: {}", base::shorten(base::one_line(each.step.statements.front()), 160), each.refusal));
    return any;
  }

  /// `first`: only for what is made anew the way is cleared, or another one tried.
  base::Result<bool> run_waiting(StepRunner& runner, const ddl::Schema& schema, std::vector<Waiting>& waiting,
                                 bool losing, bool first) {
    bool any = false;
    for (bool progress = true; progress && !waiting.empty();) {
      const size_t before = waiting.size();
      WINDLASS_CHECK(
          each_waiting(waiting, [&](Waiting& one) { return attempt(runner, schema, one, losing); }));
      progress = waiting.size() < before;
      if (!progress && !calm_) progress = WINDLASS_TRY(clear_the_way(runner, schema, waiting, losing, first));
      if (!progress) progress = WINDLASS_TRY(other_ways(runner, schema, waiting, losing, first));
      any = any || progress;
    }
    return any;
  }

  /// Those that `act` is true of wait no longer.
  template <typename Act>
  static base::Result<void> each_waiting(std::vector<Waiting>& waiting, const Act& act) {
    std::vector<Waiting> rest;
    for (Waiting& each : waiting) {
      if (base::interrupted() != 0) return base::fail(failed("interrupted"));
      if (!WINDLASS_TRY(act(each))) rest.push_back(std::move(each));
    }
    waiting = std::move(rest);
    return {};
  }

  /// Drops what stands in the way of each that others need, where it can be made again. Whether anything was
  /// done.
  base::Result<bool> clear_the_way(StepRunner& runner, const ddl::Schema& schema,
                                   std::vector<Waiting>& waiting, bool losing, bool first) {
    bool done = false;
    WINDLASS_CHECK(each_waiting(waiting, [&](Waiting& each) -> base::Result<bool> {
      if (!each.others_need_it || each.step.row.empty() || each.cleared) return false;
      if (first && !is_anew(each.step)) return false;
      each.cleared = true;
      for (ddl::Step& step : WINDLASS_TRY(drops_of_dependents(runner.connection(), schema, each.step))) {
        Waiting one{std::move(step), {}};
        done = WINDLASS_TRY(attempt(runner, schema, one, losing)) || done;
      }
      const bool ran = WINDLASS_TRY(attempt(runner, schema, each, losing));
      done = done || ran;
      return ran;
    }));
    return done;
  }

  /// The next way to the same, for each that has one. Whether there was any.
  base::Result<bool> other_ways(StepRunner& runner, const ddl::Schema& schema, std::vector<Waiting>& waiting,
                                bool losing, bool first) {
    bool any = false;
    WINDLASS_CHECK(each_waiting(waiting, [&](Waiting& each) -> base::Result<bool> {
      if (each.way == each.step.instead.size()) return false;
      if (first && (!is_anew(each.step) || each.needs_others)) return false;
      each.step.statements = each.step.instead[each.way++];
      any = true;
      return attempt(runner, schema, each, losing);
    }));
    return any;
  }

  /// The whole script, as it is printed, on a copy that nothing was tried on.
  base::Result<void> prove(const std::string& database) {
    say("proving");
    const DatabaseCopy copy = WINDLASS_TRY(DatabaseCopy::make(place_, database));
    if (!refreshes_.empty()) {
      StepRunner runner = WINDLASS_TRY(StepRunner::open(place_.conninfo(copy.name())));
      WINDLASS_CHECK(refresh(runner, refreshes_));
    }
    {
      StepRunner runner = WINDLASS_TRY(StepRunner::open(place_.conninfo(copy.name()), settings_.run_as));
      pg::Connection& connection = runner.connection();
      WINDLASS_CHECK(connection.execute("SET client_min_messages = error; SET statement_timeout = '600s'"));
      for (const std::vector<TakenStep>* steps : {&turned_.keeping, &turned_.losing})
        for (const std::string& statement : script_of(*steps))
          if (const auto done = connection.attempt(statement); !done) {
            turned_.because =
                fmt::format("run as one script, it fails at {}: {}",
                            base::shorten(base::one_line(statement), 160), words_of(done.error()));
            return {};
          }
    }
    const catalog::LiveRead result = WINDLASS_TRY(read(copy.name()));
    const std::vector<catalog::Difference> rest = differences(result, wanted_);
    const size_t secret = secret_steps();
    turned_.proven = rest.empty() && secret == 0;
    if (rest.empty() && secret > 0)
      turned_.because = fmt::format("{} what is not read, since it may be a secret; {} stands in its place",
                                    base::count_of(secret, "step sets", "steps set"), kPlaceOfASecret);
    if (!rest.empty()) {
      turned_.because =
          fmt::format("{} left", base::count_of(rest.size(), "difference is", "differences are"));
      for (const catalog::Difference& each : rest) turned_.still_different.push_back(left_sentence(each));
      turned_.refused = refusals_;
      turned_.by_hand = by_hand(rest, target_);
    }
    add_left(result, rest);
    return {};
  }

  size_t secret_steps() const {
    size_t n = 0;
    for (const std::vector<TakenStep>* steps : {&turned_.keeping, &turned_.losing})
      n += static_cast<size_t>(std::count_if(steps->begin(), steps->end(),
                                             [](const TakenStep& each) { return each.step.secret; }));
    return n;
  }

  /// What is no obstacle to the proof, since no statement changes it.
  void add_left(const catalog::LiveRead& result, const std::vector<catalog::Difference>& rest) {
    catalog::Wanted wanted = wanted_;
    wanted.column_order = settings_.wanted.column_order;
    const auto told = [&](const catalog::Object& object) {
      return std::any_of(rest.begin(), rest.end(),
                         [&](const catalog::Difference& each) { return each.object == object; });
    };
    if (wanted.column_order)
      for (const catalog::Difference& each : differences(result, wanted))
        if (!told(each.object)) turned_.left.push_back(each.sentence);
    const catalog::Comparable both = catalog::made_comparable(a_, b_, "A", "B", wanted_);
    for (const catalog::AttributeDifference& each :
         catalog::by_attribute(catalog::compare(both.a, both.b, "A", "B"), "A", "B"))
      if (each.object.kind == "extension" && each.attribute == "owner") turned_.left.push_back(each.sentence);
  }

  ScratchPlace& place_;
  const catalog::LiveRead& a_;
  const catalog::LiveRead& b_;
  const ddl::Schema& target_;
  const TurnSettings& settings_;
  catalog::Wanted wanted_;
  Turned turned_;
  std::vector<std::string> refusals_, refreshes_;
  bool calm_ = false;  ///< nothing is dropped for what needs it
};

}  // namespace

base::Result<Turned> turn_into(ScratchPlace& place, const std::string& database, const catalog::LiveRead& a,
                               const catalog::LiveRead& b, const ddl::Schema& target,
                               const TurnSettings& settings) {
  return Turning(place, a, b, target, settings).run(database);
}

std::string strongest_lock(const std::map<std::string, std::string>& locks) {
  std::string strongest;
  for (const auto& [table, mode] : locks) strongest = stronger(strongest, mode);
  return strongest;
}

const std::vector<std::string>& script_settings() {
  static const std::vector<std::string> kSettings = {"SET search_path TO ''",
                                                     "SET check_function_bodies TO off"};
  return kSettings;
}

std::vector<std::string> script_of(const std::vector<TakenStep>& steps) {
  if (steps.empty()) return {};
  std::vector<std::string> script;
  bool open = false;
  for (const std::string& each : script_settings()) script.push_back(each);
  for (const TakenStep& each : steps) {
    if (each.step.apart == open) script.emplace_back(open ? "COMMIT" : "BEGIN"), open = !open;
    script.insert(script.end(), each.step.statements.begin(), each.step.statements.end());
  }
  if (open) script.emplace_back("COMMIT");
  return script;
}

}  // namespace windlass::run
