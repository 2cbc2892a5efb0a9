#include "run/scenario.h"

#include <algorithm>
#include <set>

namespace windlass::run {

const std::vector<Scenario>& all_scenarios() {
  static const std::vector<Scenario> kAll = {Scenario::Clean,     Scenario::Stepwise,   Scenario::Splits,
                                             Scenario::Populated, Scenario::RoundTrip,  Scenario::Repeat,
                                             Scenario::Retry,     Scenario::Models,     Scenario::AsRole,
                                             Scenario::Replay,    Scenario::Interrupted};
  return kAll;
}

bool asks_for_soundness(Scenario scenario) {
  return scenario != Scenario::Replay && scenario != Scenario::Interrupted;
}

std::string to_string(Scenario scenario) {
  switch (scenario) {
    case Scenario::Clean:
      return "clean";
    case Scenario::Stepwise:
      return "stepwise";
    case Scenario::Splits:
      return "splits";
    case Scenario::Populated:
      return "populated";
    case Scenario::RoundTrip:
      return "round-trip";
    case Scenario::Repeat:
      return "repeat";
    case Scenario::Retry:
      return "retry";
    case Scenario::Models:
      return "models";
    case Scenario::AsRole:
      return "as-role";
    case Scenario::Replay:
      return "replay";
    case Scenario::Interrupted:
      return "interrupted";
    case Scenario::Hybrid:
      return "hybrid";
    case Scenario::Repairs:
      return "repairs";
  }
  return "clean";
}

std::optional<Scenario> scenario_named(std::string_view name) {
  for (const Scenario scenario : all_scenarios())
    if (to_string(scenario) == name) return scenario;
  return std::nullopt;
}

std::vector<std::string> walk_order(const Evidence& run, const std::string& to) {
  std::vector<std::string> order;
  const auto add = [&](const std::string& id) {
    if (std::find(order.begin(), order.end(), id) == order.end()) order.push_back(id);
  };
  for (const Step& step : run.steps)
    if (step.direction == "upgrade" && run.chain.find(step.revision) != nullptr) add(step.revision);
  const bool all = to == "heads" || to == "head";
  const std::set<std::string> way =
      all ? std::set<std::string>() : chain::Ancestry(run.chain).with_ancestors({to});
  for (const chain::Revision& revision : run.chain.revisions)
    if (all || way.contains(revision.id)) add(revision.id);
  return order;
}

std::string below(const chain::Chain& chain, const std::string& revision) {
  const chain::Revision* found = chain.find(revision);
  return found == nullptr || found->parents.empty() ? "base" : found->parents.front();
}

}  // namespace windlass::run
