#include "catalog/state.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.h"
#include "catalog/definition.h"
#include "catalog/owners.h"

namespace windlass::catalog {

namespace {

/// What several groups hold, before and after, as one comparison: an object may move from one to another.
std::vector<Effect> difference(const std::vector<Fact>& before, const std::vector<Fact>& after) {
  std::unordered_map<std::string, const Fact*> by_id;
  std::map<Object, const Fact*> by_object;
  for (const Fact& fact : before) {
    by_id.emplace(fact.id, &fact);
    by_object.emplace(fact.object, &fact);
  }
  std::set<const Fact*> matched;
  std::vector<Effect> changed, effects;
  std::vector<const Fact*> unmatched;
  // The same row first; then the same name (a row written anew, as REINDEX CONCURRENTLY does).
  std::map<const Fact*, const Fact*> partner;
  for (const Fact& fact : after) {
    const auto old = by_id.find(fact.id);
    if (old == by_id.end() || !matched.insert(old->second).second) continue;
    partner[&fact] = old->second;
  }
  for (const Fact& fact : after) {
    if (partner.contains(&fact)) continue;
    const auto old = by_object.find(fact.object);
    if (old != by_object.end() && matched.insert(old->second).second) partner[&fact] = old->second;
  }
  for (const Fact& fact : before)
    if (!matched.contains(&fact))
      effects.push_back({fact.object, Change::Dropped, fact.definition, {}, {}, false});
  for (const Fact& fact : after) {
    const auto old = partner.find(&fact);
    if (old == partner.end()) {
      effects.push_back({fact.object, Change::Created, {}, fact.definition, {}, false});
      continue;
    }
    const Fact& was = *old->second;
    const bool renamed = was.object != fact.object;
    if (!renamed && was.definition == fact.definition) continue;
    effects.push_back({fact.object, Change::Altered, was.definition, fact.definition,
                       renamed ? was.object.name : std::string(), false});
  }
  return effects;
}

/// A JSON list of strings in the order of their bytes, as the reader of privileges gives it.
std::string sorted_list(const std::string& definition) {
  nlohmann::json list = nlohmann::json::parse(definition, nullptr, false);
  if (!list.is_array()) return definition;
  std::sort(list.begin(), list.end());
  return canonical(list);
}

}  // namespace

State::State(const Snapshot& snapshot) {
  for (const Fact& fact : snapshot.facts) {
    groups_[fact.group].push_back(fact);
    group_of_[fact.id] = fact.group;
  }
  // The table before its parts: what is dropped is told in this order.
  for (auto& [name, facts] : groups_)
    std::stable_partition(facts.begin(), facts.end(),
                          [&own = name](const Fact& fact) { return fact.id == own; });
}

const std::vector<Fact>& State::group(const std::string& name) const {
  static const std::vector<Fact> none;
  const auto found = groups_.find(name);
  return found == groups_.end() ? none : found->second;
}

void State::replace(const std::string& group, std::vector<Fact> facts) {
  const auto old = groups_.find(group);
  if (old != groups_.end()) {
    for (const Fact& fact : old->second) {
      const auto entry = group_of_.find(fact.id);
      if (entry != group_of_.end() && entry->second == group) group_of_.erase(entry);
    }
  }
  for (const Fact& fact : facts) group_of_[fact.id] = group;
  if (!facts.empty())
    groups_[group] = std::move(facts);
  else if (old != groups_.end())
    groups_.erase(old);
}

std::vector<Effect> State::apply(const Event& event, Undo* undo) {
  // The new contents of every group this event speaks of, in the order it speaks of them.
  std::vector<std::string> order;
  std::map<std::string, std::vector<Fact>> next;
  const auto open = [&](const std::string& name, bool keep) -> std::vector<Fact>& {
    const auto [entry, fresh] = next.try_emplace(name);
    if (fresh) {
      order.push_back(name);
      if (keep) entry->second = group(name);
    }
    return entry->second;
  };
  const auto forget = [&](const std::string& id) {
    const auto entry = group_of_.find(id);
    if (entry == group_of_.end()) return false;
    std::erase_if(open(entry->second, true), [&id](const Fact& fact) { return fact.id == id; });
    return true;
  };

  for (size_t i = 0; i < event.dropped_ids.size(); ++i) {
    const std::string& id = event.dropped_ids[i];
    if (groups_.contains(id)) open(id, true).clear();
    if (groups_.contains("acl:" + id)) open("acl:" + id, true).clear();
    const bool known = forget(id);
    forget("c:" + id);
    forget("a:" + id);
    // REINDEX CONCURRENTLY gives an index another row without an event.
    if (!known && i < event.dropped.size() && event.dropped[i].kind == "index") {
      for (const auto& [name, facts] : groups_)
        for (const Fact& fact : facts)
          if (fact.object == event.dropped[i]) {
            std::erase_if(open(name, true),
                          [&fact](const Fact& other) { return other.object == fact.object; });
          }
    }
  }
  for (const std::string& name : event.groups) {
    if (name == "acl:*") {
      for (auto entry = groups_.lower_bound("acl:");
           entry != groups_.end() && entry->first.starts_with("acl:"); ++entry)
        open(entry->first, false).clear();
      continue;
    }
    open(name, false).clear();
    if (groups_.contains("acl:" + name)) open("acl:" + name, false).clear();
  }
  // An object may join another group: a sequence that a table comes to own.
  for (const Fact& fact : event.facts) {
    const auto entry = group_of_.find(fact.id);
    if (entry != group_of_.end() && entry->second != fact.group) forget(fact.id);
  }
  // A whole group is replaced even when only its facts name it.
  for (const Fact& fact : event.facts) open(fact.group, event.partial);
  for (const std::string& name : order)
    if (!event.partial && std::any_of(event.facts.begin(), event.facts.end(),
                                      [&name](const Fact& fact) { return fact.group == name; }))
      next[name].clear();
  for (const Fact& fact : event.facts) {
    std::vector<Fact>& facts = next[fact.group];
    if (event.known && facts.empty()) continue;
    const auto old = event.partial ? std::find_if(facts.begin(), facts.end(),
                                                  [&fact](const Fact& other) { return other.id == fact.id; })
                                   : facts.end();
    if (old == facts.end())
      facts.push_back(fact);
    else
      *old = fact;
  }

  std::vector<Fact> before, after;
  for (const std::string& name : order) {
    const std::vector<Fact>& old = group(name);
    before.insert(before.end(), old.begin(), old.end());
    after.insert(after.end(), next[name].begin(), next[name].end());
  }
  std::vector<Effect> effects = difference(before, after);
  for (const std::string& name : order) {
    if (undo) undo->groups.emplace_back(name, group(name));
    replace(name, std::move(next[name]));
  }
  return effects;
}

void State::rename_role(const std::string& from, const std::string& to, Undo* undo) {
  const std::string old_name = canonical(std::string_view("\"" + from + "\"")),
                    new_name = canonical(std::string_view("\"" + to + "\""));
  const std::string old_bare = old_name.substr(1, old_name.size() - 2),
                    new_bare = new_name.substr(1, new_name.size() - 2);
  std::vector<std::string> names;
  for (const auto& [name, facts] : groups_) names.push_back(name);
  for (const std::string& name : names) {
    std::vector<Fact> facts = group(name);
    bool changed = false;
    for (Fact& fact : facts) {
      std::string text = base::replace_all(fact.definition, "\"owner\":" + old_name, "\"owner\":" + new_name);
      if (fact.object.kind == "privilege") {
        text = base::replace_all(std::move(text), "\"" + old_bare + "=", "\"" + new_bare + "=");
        text = sorted_list(base::replace_all(std::move(text), "/" + old_bare + "\"", "/" + new_bare + "\""));
      }
      changed = changed || text != fact.definition;
      fact.definition = std::move(text);
    }
    if (!changed) continue;
    if (undo) undo->groups.emplace_back(name, group(name));
    replace(name, std::move(facts));
  }
}

std::vector<Effect> State::reassign_owned(const std::set<std::string>& from, const std::string& to,
                                          Undo* undo) {
  std::set<std::string> owned;
  for (const auto& [name, facts] : groups_)
    for (const Fact& fact : facts)
      if (from.contains(owner_of(fact))) owned.insert(fact.id);
  std::vector<Effect> effects;
  std::vector<std::string> names;
  for (const auto& [name, facts] : groups_) names.push_back(name);
  for (const std::string& name : names) {
    std::vector<Fact> facts = group(name);
    reassign(facts, from, to, owned);
    std::vector<Effect> changed = difference(group(name), facts);
    if (changed.empty()) continue;
    std::move(changed.begin(), changed.end(), std::back_inserter(effects));
    if (undo) undo->groups.emplace_back(name, group(name));
    replace(name, std::move(facts));
  }
  return effects;
}

void State::undo(const Undo& undo) {
  for (auto entry = undo.groups.rbegin(); entry != undo.groups.rend(); ++entry)
    replace(entry->first, entry->second);
}

Snapshot State::snapshot() const {
  Snapshot snapshot;
  for (const auto& [name, facts] : groups_)
    snapshot.facts.insert(snapshot.facts.end(), facts.begin(), facts.end());
  snapshot.sort();
  return snapshot;
}

}  // namespace windlass::catalog
