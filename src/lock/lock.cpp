#include "lock/lock.h"

namespace windlass::lock {

std::set<std::string> ids_of(const Lock& lock) {
  std::set<std::string> ids;
  for (const LockedRevision& revision : lock.revisions) ids.insert(revision.id);
  return ids;
}

chain::Chain chain_of(const Lock& lock) {
  chain::Chain chain;
  for (const LockedRevision& locked : lock.revisions) {
    chain::Revision revision;
    revision.id = locked.id;
    revision.parents = locked.parents;
    revision.depends_on = locked.depends_on;
    revision.digest = locked.digest;
    chain.revisions.push_back(std::move(revision));
  }
  return chain;
}

std::string chain_digest(const Lock& lock) { return chain::digest_of(chain_of(lock)); }

}  // namespace windlass::lock
