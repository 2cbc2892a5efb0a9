#include "lock/changes.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"

namespace windlass::lock {

namespace {

std::vector<std::string> sorted(std::vector<std::string> ids) {
  std::sort(ids.begin(), ids.end());
  return ids;
}

/// The revision that took the place of one whose id no file has: it lies in the same file, or stands between
/// the same neighbours and sends the same.
const chain::Revision* renumbered(const LockedRevision& locked, const std::set<std::string>& known,
                                  const chain::Chain& chain,
                                  const std::map<std::string, std::vector<std::string>>& statements) {
  for (const chain::Revision& revision : chain.revisions) {
    if (known.contains(revision.id)) continue;
    if (revision.file == locked.file) return &revision;
    const auto found = statements.find(revision.id);
    if (sorted(revision.parents) == sorted(locked.parents) && found != statements.end() &&
        !locked.statements.empty() && found->second == locked.statements)
      return &revision;
  }
  return nullptr;
}

/// What stands above `parents` and below `revision`, and is not in the lock.
std::vector<std::string> between(const chain::Revision& revision, const std::set<std::string>& known,
                                 const chain::Chain& chain) {
  std::vector<std::string> inserted, open = revision.parents;
  while (!open.empty()) {
    const std::string id = open.back();
    open.pop_back();
    const chain::Revision* found = chain.find(id);
    if (found == nullptr || known.contains(id) ||
        std::find(inserted.begin(), inserted.end(), id) != inserted.end())
      continue;
    inserted.push_back(id);
    open.insert(open.end(), found->parents.begin(), found->parents.end());
  }
  return sorted(std::move(inserted));
}

std::optional<Change::Statement> first_difference(const std::vector<std::string>& was,
                                                  const std::vector<std::string>& is) {
  for (size_t i = 0; i < std::max(was.size(), is.size()); ++i) {
    const std::string a = i < was.size() ? was[i] : std::string();
    const std::string b = i < is.size() ? is[i] : std::string();
    if (a != b) return Change::Statement{a, b};
  }
  return std::nullopt;
}

}  // namespace

std::string in_words(const Change& change) {
  switch (change.kind) {
    case ChangeKind::Edited:
      return "was edited";
    case ChangeKind::Renumbered:
      return "is now " + change.now_id;
    case ChangeKind::Moved:
      return fmt::format("stood on {} and now stands on {}", base::join(change.parents, ", "),
                         base::join(change.parents_now, ", "));
    case ChangeKind::Removed:
      return "is gone";
  }
  return {};
}

std::vector<Change> changes(const Lock& lock, const chain::Chain& chain,
                            const std::map<std::string, std::vector<std::string>>& statements,
                            const std::vector<std::string>& came_through) {
  const std::set<std::string> known = ids_of(lock);
  std::vector<Change> all;
  std::map<std::string, std::string> new_id;  // of what was renumbered
  for (const LockedRevision& locked : lock.revisions)
    if (chain.find(locked.id) == nullptr)
      if (const chain::Revision* found = renumbered(locked, known, chain, statements))
        new_id[locked.id] = found->id;
  for (const LockedRevision& locked : lock.revisions) {
    Change change;
    change.id = locked.id;
    const chain::Revision* revision = chain.find(locked.id);
    if (revision == nullptr) {
      const auto found = new_id.find(locked.id);
      change.kind = found == new_id.end() ? ChangeKind::Removed : ChangeKind::Renumbered;
      if (found != new_id.end()) change.now_id = found->second;
      all.push_back(std::move(change));
      continue;
    }
    // What only follows a parent that has another id now is that parent's change.
    std::vector<std::string> parents = locked.parents;
    for (std::string& parent : parents)
      if (const auto found = new_id.find(parent); found != new_id.end()) parent = found->second;
    if (sorted(parents) != sorted(revision->parents)) {
      change.kind = ChangeKind::Moved;
      change.parents = locked.parents;
      change.parents_now = revision->parents;
      change.inserted = between(*revision, known, chain);
      all.push_back(std::move(change));
      continue;
    }
    if (locked.digest == revision->digest || parents != locked.parents) continue;
    change.kind = ChangeKind::Edited;
    change.statements_seen =
        std::find(came_through.begin(), came_through.end(), locked.id) != came_through.end();
    if (change.statements_seen) {
      const auto found = statements.find(locked.id);
      change.statement = first_difference(
          locked.statements, found == statements.end() ? std::vector<std::string>() : found->second);
    }
    all.push_back(std::move(change));
  }
  return all;
}

}  // namespace windlass::lock
