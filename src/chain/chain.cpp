#include "chain/chain.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/digest.h"

namespace windlass::chain {

const Revision* Chain::find(const std::string& id) const {
  const auto at =
      std::find_if(revisions.begin(), revisions.end(), [&](const Revision& r) { return r.id == id; });
  return at == revisions.end() ? nullptr : &*at;
}

std::vector<const Revision*> Chain::resolve(const std::string& reference) const {
  if (const Revision* exact = find(reference)) return {exact};
  std::vector<const Revision*> found;
  for (const Revision& revision : revisions)
    if (std::find(revision.labels.begin(), revision.labels.end(), reference) != revision.labels.end())
      found.push_back(&revision);
  return found;
}

bool is_line(const Chain& chain, const std::vector<std::string>& order) {
  for (size_t i = 1; i < order.size(); ++i) {
    const Revision* revision = chain.find(order[i]);
    if (revision == nullptr || !revision->depends_on.empty() ||
        revision->parents != std::vector<std::string>{order[i - 1]})
      return false;
  }
  return true;
}

Ancestry::Ancestry(const Chain& chain) {
  for (const Revision& revision : chain.revisions) {
    std::vector<std::string>& parents = parents_[revision.id];
    parents.insert(parents.end(), revision.parents.begin(), revision.parents.end());
    for (const std::string& reference : revision.depends_on)
      for (const Revision* other : chain.resolve(reference)) parents.push_back(other->id);
  }
}

std::set<std::string> Ancestry::with_ancestors(std::vector<std::string> ids) const {
  std::set<std::string> seen;
  while (!ids.empty()) {
    const std::string id = ids.back();
    ids.pop_back();
    if (!seen.insert(id).second) continue;
    if (const auto found = parents_.find(id); found != parents_.end())
      ids.insert(ids.end(), found->second.begin(), found->second.end());
  }
  return seen;
}

void sort_revisions(Chain& chain) {
  std::vector<Revision>& revisions = chain.revisions;
  std::stable_sort(revisions.begin(), revisions.end(),
                   [](const Revision& a, const Revision& b) { return a.id < b.id; });
  std::map<const Revision*, size_t> place;
  std::map<std::string, size_t> by_id;
  for (size_t i = 0; i < revisions.size(); ++i) {
    place[&revisions[i]] = i;
    by_id.emplace(revisions[i].id, i);
  }
  std::vector<std::set<size_t>> children(revisions.size());
  std::vector<size_t> waiting(revisions.size(), 0);
  const auto add = [&](size_t before, size_t after) {
    if (before != after && children[before].insert(after).second) ++waiting[after];
  };
  for (size_t i = 0; i < revisions.size(); ++i) {
    for (const std::string& parent : revisions[i].parents)
      if (const auto at = by_id.find(parent); at != by_id.end()) add(at->second, i);
    for (const std::string& reference : revisions[i].depends_on)
      for (const Revision* other : chain.resolve(reference)) add(place[other], i);
  }
  std::set<size_t> ready;
  for (size_t i = 0; i < revisions.size(); ++i)
    if (waiting[i] == 0) ready.insert(i);
  std::vector<size_t> order;
  while (!ready.empty()) {
    const size_t next = *ready.begin();
    ready.erase(ready.begin());
    order.push_back(next);
    for (const size_t child : children[next])
      if (--waiting[child] == 0) ready.insert(child);
  }
  // What stands in a circle, or behind one, never became ready: it comes last.
  for (size_t i = 0; i < revisions.size(); ++i)
    if (waiting[i] != 0) order.push_back(i);

  std::vector<Revision> sorted;
  sorted.reserve(revisions.size());
  for (const size_t i : order) sorted.push_back(std::move(revisions[i]));
  revisions = std::move(sorted);
}

void find_ends(Chain& chain) {
  std::set<std::string> parents;
  for (const Revision& revision : chain.revisions)
    parents.insert(revision.parents.begin(), revision.parents.end());
  chain.bases.clear();
  chain.heads.clear();
  for (const Revision& revision : chain.revisions) {
    if (revision.parents.empty()) chain.bases.push_back(revision.id);
    if (!parents.contains(revision.id)) chain.heads.push_back(revision.id);
  }
}

std::string digest_of(const Chain& chain) {
  std::vector<std::string> lines;
  const auto add = [&](const Revision& revision) {
    // Lengths before each part: no id can be written so that two chains look alike.
    std::string line;
    const auto part = [&](const std::string& text) {
      line += std::to_string(text.size()) + ":" + text + ",";
    };
    const auto list = [&](std::vector<std::string> texts) {
      std::sort(texts.begin(), texts.end());
      line += std::to_string(texts.size()) + "[";
      for (const std::string& text : texts) part(text);
      line += "]";
    };
    part(revision.id);
    list(revision.parents);
    list(revision.depends_on);
    part(revision.digest);
    lines.push_back(std::move(line));
  };
  for (const Revision& revision : chain.revisions) add(revision);
  for (const Revision& revision : chain.left_out) add(revision);
  std::sort(lines.begin(), lines.end());
  std::string text = "windlass.chain/1\n" + chain.kind + "\n";
  for (const std::string& line : lines) text += line + "\n";
  return base::sha256(text);
}

}  // namespace windlass::chain
