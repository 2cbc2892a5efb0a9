#include "run/single_cases.h"

#include <algorithm>
#include <set>

#include "run/models_run.h"
#include "run/repeats.h"

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

void repeat(const CaseGround& ground, CasePool& pool) {
  Tally& tally = ground.tally;
  if (!succeeded(*ground.clean) || !ground.clean->after_read)
    return tally.not_run(Scenario::Repeat,
                         "the clean run did not end well, so there is nothing to compare with");
  for (const Variables& variables : repeats(ground.settings.stage.environment)) {
    pool.give([&ground, &tally, variables] {
      const std::string name = in_words(variables);
      const CaseId id{Scenario::Repeat, name};
      tally.begins(Scenario::Repeat, name);
      if (ground.tell_found(id)) return;
      auto done = ground.runner.run({.target = ground.settings.to, .alone = true, .variables = variables});
      if (!done) return tally.could_not_look(Scenario::Repeat, name, done.error());
      ground.tell(id, {Scenario::Repeat, name, {}, {done->evidence}}, done->trace);
    });
  }
}

void retry(const CaseGround& ground, CasePool& pool) {
  Tally& tally = ground.tally;
  const Left& left = ground.clean_outcome.left;
  if (!left.state)
    return tally.not_run(Scenario::Retry,
                         left.because.empty() ? "what the clean run left was not kept" : left.because);
  pool.give([&ground, &tally] {
    const CaseId id{Scenario::Retry, ""};
    tally.begins(Scenario::Retry, "");
    if (ground.tell_found(id)) return;
    const Left& left = ground.clean_outcome.left;
    auto done = ground.runner.run({.target = ground.settings.to, .from = left.state, .server = left.server});
    if (!done) return tally.could_not_look(Scenario::Retry, "", done.error());
    ground.tell(id, {Scenario::Retry, "", {ground.clean}, {done->evidence}}, done->trace);
  });
}

/// What the models create in a copy of what the chain left, its tables dropped: functions, extensions and
/// schemas that they rely on are there. Where that fails (models that bring such things themselves), in an
/// empty database.
void models(const CaseGround& ground, CasePool& pool) {
  Tally& tally = ground.tally;
  if (!succeeded(*ground.clean) || !ground.clean->after_read)
    return tally.not_run(Scenario::Models, "the chain did not reach its head");
  if (!at_heads(*ground.clean))
    return tally.not_run(Scenario::Models,
                         "the models belong to the chain's head, and this run ended elsewhere");
  pool.give([&ground, &tally] {
    const CaseId id{Scenario::Models, ""};
    tally.begins(Scenario::Models, "");
    if (ground.tell_found(id)) return;
    const MakeModels make = models_beside(*ground.clean);
    SharedEvidence made;
    CaseTrace trace;
    std::string because;
    std::vector<SharedState> places = {SharedState()};
    if (const SharedState& state = ground.clean_outcome.left.state; state && state->saved)
      places.insert(places.begin(), state);
    for (const SharedState& from : places) {
      auto done = ground.runner.run({.target = ground.settings.to, .from = from, .models = make});
      if (!done) return tally.could_not_look(Scenario::Models, "", done.error());
      made = done->evidence;
      add_trace(trace, done->trace);
      if (made->models_made.made && made->after_read) break;
      if (because.empty()) because = why_not_made(*made);
      if (made->models_made.nothing) break;
    }
    if (!made->models_made.made || !made->after_read) return tally.not_run(Scenario::Models, because);
    ground.tell(id, {Scenario::Models, "", {}, {made}}, trace);
  });
}

void as_role(const CaseGround& ground, CasePool& pool) {
  pool.give([&ground] {
    const std::string& name = ground.settings.as_role;
    const CaseId id{Scenario::AsRole, name};
    ground.tally.begins(Scenario::AsRole, name);
    if (ground.tell_found(id)) return;
    auto done = ground.runner.run({.target = ground.settings.to, .as_role = name});
    if (!done) return ground.tally.could_not_look(Scenario::AsRole, name, done.error());
    ground.tell(id, {Scenario::AsRole, name, {}, {done->evidence}}, done->trace);
  });
}

}  // namespace

size_t single_cases(const CaseGround& ground) {
  const Tally& tally = ground.tally;
  return (tally.wants(Scenario::Repeat) ? repeats(ground.settings.stage.environment).size() : 0) +
         (tally.wants(Scenario::Retry) ? 1 : 0) + (tally.wants(Scenario::Models) ? 1 : 0) +
         (tally.wants(Scenario::AsRole) ? 1 : 0);
}

void give_single_cases(const CaseGround& ground, CasePool& pool) {
  if (ground.tally.wants(Scenario::Repeat)) repeat(ground, pool);
  if (ground.tally.wants(Scenario::Retry)) retry(ground, pool);
  if (ground.tally.wants(Scenario::Models)) models(ground, pool);
  if (ground.tally.wants(Scenario::AsRole)) as_role(ground, pool);
}

}  // namespace windlass::run
