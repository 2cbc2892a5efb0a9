#include "cli/since.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "chain/named.h"
#include "lock/changes.h"
#include "lock/known.h"
#include "lock/make.h"
#include "lock/signature.h"
#include "run/scenarios.h"

namespace windlass::cli {

namespace {

constexpr const char* kAttempted = "prove the chain since a revision";
constexpr size_t kMostReasons = 3;

base::Error refused(const std::string& revision, std::string got, std::string hint) {
  return {kAttempted, revision, std::move(got), std::move(hint), base::Exit::Usage};
}

/// Whether the lock was written with the scripts as they are.
bool knows(const lock::Lock& lock, const std::vector<run::RepairScript>& scripts) {
  lock::Lock now;
  add_scripts(scripts, now);
  return now.inputs.size() == scripts.size() &&
         std::all_of(now.inputs.begin(), now.inputs.end(), [&](const auto& input) {
           const auto found = lock.inputs.find(input.first);
           return found != lock.inputs.end() && found->second == input.second;
         });
}

}  // namespace

base::Result<LockFile> lock_for_since(const std::string& revision, const std::filesystem::path& file,
                                      const std::filesystem::path& project) {
  auto read = WINDLASS_TRY(read_lock(file, project));
  const std::string name = base::relative_to(file, project);
  if (!read)
    return base::fail(refused(revision, fmt::format("there is no {}: nothing is known to be proven", name),
                              "Prove the whole chain, which writes it: `windlass prove`."));
  if (WINDLASS_TRY(lock::verify(read->text, "", "")) == lock::Signature::Wrong)
    return base::fail(
        refused(revision, fmt::format("the signature of {} is wrong", name),
                "Take the lock back to what it was, or prove the whole chain: `windlass prove`."));
  return std::move(*read);
}

base::Result<Since> since_of(const SinceAsked& asked, const run::Evidence& clean) {
  Since since;
  if (clean.chain.revisions.empty()) return since;
  since.ids = WINDLASS_TRY(chain::revisions_named(clean.chain, asked.revision, kAttempted));
  if (since.ids.empty()) return since;  // the base: nothing is before it
  const lock::Lock& lock = asked.lock.lock;
  lock::Lock now = lock::make_lock(clean);
  now.with.windlass = WINDLASS_VERSION;
  std::vector<std::string> came_through;
  for (const run::Step& step : clean.steps)
    if (step.finished && step.direction == "upgrade") came_through.push_back(step.revision);
  const auto changes = lock::changes(lock, clean.chain, lock::statements_of(clean), came_through);
  std::vector<std::string> inputs = changed_inputs(lock, asked.project);
  for (const run::RepairScript& script : asked.scripts) std::erase(inputs, script.name);
  std::vector<std::string> why =
      lock::why_not_known(lock, since.ids, {clean.chain, now, changes, std::move(inputs)});
  if (!why.empty()) {
    const bool versions = std::all_of(why.begin(), why.end(), [](const std::string& reason) {
      return reason.starts_with("it was proven with ");
    });
    const size_t more = why.size() - std::min(why.size(), kMostReasons);
    why.resize(why.size() - more);
    return base::fail(refused(
        asked.revision,
        fmt::format("{} does not stand for it: {}{}", asked.lock_file, base::join(why, "; "),
                    more == 0 ? "" : fmt::format("; and {} more", more)),
        versions
            ? fmt::format("Prove the whole chain with these: take {} away, since a proof that comes to the "
                          "same leaves it as it is, then `windlass prove`.",
                          asked.lock_file)
            : "Prove the whole chain: `windlass prove`."));
  }
  since.proven.revisions = chain::Ancestry(clean.chain).with_ancestors(since.ids);
  std::vector<run::Scenario> scenarios = run::all_scenarios();
  if (!asked.scripts.empty()) scenarios.push_back(run::Scenario::Hybrid);
  for (const run::Scenario scenario : scenarios) {
    if (scenario != run::Scenario::Hybrid && !run::walks({scenario})) continue;
    const auto found = lock.scenarios.find(run::to_string(scenario));
    const std::string verdict = found == lock.scenarios.end() ? std::string() : found->second;
    if (scenario == run::Scenario::Hybrid && !knows(lock, asked.scripts))
      since.whole[scenario] = fmt::format("{} does not know the scripts as they are", asked.lock_file);
    else if (verdict == "passed")
      since.proven.scenarios.insert(scenario);
    else if (verdict == "failed" &&
             std::find(asked.required.begin(), asked.required.end(), scenario) == asked.required.end())
      since.not_run[scenario] =
          fmt::format("{} says that it failed, so there is nothing to go on from; a whole proof runs it",
                      asked.lock_file);
    else
      since.whole[scenario] = verdict.empty() ? fmt::format("{} says nothing of it", asked.lock_file)
                                              : fmt::format("{} says of it: {}", asked.lock_file, verdict);
  }
  return since;
}

void add_scripts(const std::vector<run::RepairScript>& scripts, lock::Lock& lock) {
  for (const run::RepairScript& script : scripts) {
    if (script.name.starts_with('/') || script.name.starts_with("../")) continue;
    if (const auto bytes = base::read_file(script.file)) lock.inputs[script.name] = base::sha256(*bytes);
  }
}

}  // namespace windlass::cli
