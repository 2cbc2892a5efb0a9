#include "lock/known.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace windlass::lock {

namespace {

/// "3.11" of "3.11.2", "15" of "15.20": what comes behind it mends faults.
std::string first_parts(const std::string& version, size_t parts) {
  std::vector<std::string> words = base::split(version, '.');
  words.resize(std::min(words.size(), parts));
  return base::join(words, ".");
}

/// What it was proven with, and this run has otherwise.
std::vector<std::string> other_versions(const ProvenWith& was, const ProvenWith& is) {
  struct Tool {
    const char* name;
    std::string was, is;
  };
  const std::vector<Tool> tools = {
      {"windlass", was.windlass, is.windlass},
      {"PostgreSQL", first_parts(was.server, 1), first_parts(is.server, 1)},
      {"Python", first_parts(was.python, 2), first_parts(is.python, 2)},
      {"Alembic", was.alembic, is.alembic},
      {"SQLAlchemy", was.sqlalchemy, is.sqlalchemy},
      {"the driver", was.driver, is.driver},
  };
  std::vector<std::string> others;
  for (const Tool& tool : tools)
    if (!tool.was.empty() && tool.was != tool.is)
      others.push_back(fmt::format("it was proven with {} {}, and this is {}", tool.name, tool.was, tool.is));
  return others;
}

/// Whether every other revision stands before `id` or behind it: what there is then behind `id` is the same
/// on each way through the chain.
bool all_come_by(const std::string& id, const chain::Chain& chain) {
  const chain::Ancestry ancestry(chain);
  const std::set<std::string> before = ancestry.with_ancestors({id});
  return std::all_of(chain.revisions.begin(), chain.revisions.end(), [&](const chain::Revision& revision) {
    return before.contains(revision.id) || ancestry.with_ancestors({revision.id}).contains(id);
  });
}

std::string catalog_of(const Lock& lock, const std::string& id) {
  for (const LockedRevision& revision : lock.revisions)
    if (revision.id == id) return revision.catalog;
  return {};
}

}  // namespace

std::vector<std::string> why_not_known(const Lock& lock, const std::vector<std::string>& ids,
                                       const Ground& ground) {
  std::vector<std::string> why;
  const std::set<std::string> known = ids_of(lock);
  const std::set<std::string> wanted = chain::Ancestry(ground.chain).with_ancestors(ids);
  const std::set<std::string> were = chain::Ancestry(chain_of(lock)).with_ancestors(ids);
  std::set<std::string> told;  // by the id of now
  for (const Change& change : ground.changes) {
    if (!wanted.contains(change.id) && !wanted.contains(change.now_id) && !were.contains(change.id)) continue;
    why.push_back(fmt::format("revision {} {}", change.id, in_words(change)));
    told.insert(change.now_id);
  }
  for (const chain::Revision& revision : ground.chain.revisions)
    if (wanted.contains(revision.id) && !known.contains(revision.id) && !told.contains(revision.id))
      why.push_back(fmt::format("revision {} is not in it", revision.id));
  for (const std::string& file : ground.changed_inputs) why.push_back(file + " is not what it was");
  for (std::string& other : other_versions(lock.with, ground.now.with)) why.push_back(std::move(other));
  if (!why.empty()) return why;
  for (const std::string& id : ids) {
    const std::string was = catalog_of(lock, id), is = catalog_of(ground.now, id);
    if (!was.empty() && !is.empty() && was != is && all_come_by(id, ground.chain) &&
        all_come_by(id, chain_of(lock)))
      why.push_back(
          fmt::format("what there is behind revision {} is not what there was, though no file of it "
                      "was changed",
                      id));
  }
  return why;
}

}  // namespace windlass::lock
