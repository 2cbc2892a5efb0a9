// Who made a difference, beside the chain: create_all, a repair script.
#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "catalog/wholes.h"
#include "drift/drift.h"
#include "drift/essence.h"

namespace windlass::drift {

namespace {

using catalog::Fact;
using catalog::Object;

using Definitions = std::map<Object, std::string>;

Definitions by_object(const catalog::Snapshot& snapshot) {
  Definitions all;
  for (const Fact& fact : snapshot.facts) all[fact.object] = essence(fact.object, fact.definition);
  return all;
}

/// Whether every part of the relation in `one` is the same in `other`.
bool parts_in(const catalog::Snapshot& one, const Definitions& other, const std::string& relation,
              const std::set<Object>& not_compared) {
  return std::all_of(one.facts.begin(), one.facts.end(), [&](const Fact& part) {
    if (part.object.kind == "privilege" || not_compared.contains(part.object) ||
        !catalog::goes_with(part.object, part.definition, relation))
      return true;
    const auto found = other.find(part.object);
    return found != other.end() && found->second == essence(part.object, part.definition);
  });
}

}  // namespace

size_t add_maker(Drift& drift, const Maker& maker) {
  const Definitions made = by_object(maker.made), there = by_object(drift.compared.b);
  std::set<Object> not_compared;
  for (const catalog::Noted& each : drift.compared.unsaid) not_compared.insert(each.object);
  const auto explains = [&](const Drifted& each) {
    if (each.state == State::Missing) return maker.dropped.contains(each.object);
    const auto found = made.find(each.object);
    if (found == made.end() || found->second != essence(each.object, each.actual)) return false;
    const std::string& name = each.object.name;
    return each.parts.empty() || (parts_in(drift.compared.b, made, name, not_compared) &&
                                  parts_in(maker.made, there, name, not_compared));
  };
  size_t explained = 0;
  for (Drifted& each : drift.objects) {
    if (!explains(each)) continue;
    ++explained;
    if (each.provenance.size() == 1 && each.provenance[0].by == "unknown") each.provenance.clear();
    Provenance who = maker.who;
    std::string name = maker.name;
    if (const auto at = maker.at.find(each.object); at != maker.at.end() && at->second.known()) {
      who.at = at->second;
      name = base::to_string(who.at);
    }
    who.certainty = "same-definition";
    who.evidence =
        fmt::format("{}{} {}", name, maker.how, each.state == State::Missing ? "drops it" : "makes the same");
    each.provenance.push_back(std::move(who));
  }
  return explained;
}

Maker maker_of(const record::Recording& recording, const std::string& script, const std::string& revision) {
  Maker maker;
  maker.who = {"script", revision, {script, 0, 0}, "", ""};
  maker.name = script;
  maker.how =
      revision == "base" ? ", run on an empty database," : fmt::format(", run at revision {},", revision);
  std::map<Object, std::string> made;
  for (const record::Statement& statement : recording.statements)
    for (const catalog::Effect& effect : statement.effects) {
      if (effect.rolled_back) continue;
      maker.at[effect.object] = statement.source.location;
      if (!effect.renamed_from.empty()) {
        maker.at[{effect.object.kind, effect.renamed_from}] = statement.source.location;
        made.erase({effect.object.kind, effect.renamed_from});
        maker.dropped.insert({effect.object.kind, effect.renamed_from});
      }
      if (effect.change == catalog::Change::Dropped) {
        made.erase(effect.object);
        maker.dropped.insert(effect.object);
      } else {
        made[effect.object] = effect.after;
        maker.dropped.erase(effect.object);
      }
    }
  for (const auto& [object, definition] : made) maker.made.facts.push_back({object, definition, "", ""});
  maker.made.sort();
  return maker;
}

Maker create_all(const catalog::Snapshot& made) {
  Maker maker;
  maker.who = {"create_all", "", {}, "", ""};
  maker.made = made;
  maker.name = "create_all of the project's models";
  return maker;
}

}  // namespace windlass::drift
