#include "lock/lock.h"

namespace windlass::lock {

std::string chain_digest(const Lock& lock) {
  chain::Chain chain;
  for (const LockedRevision& locked : lock.revisions) {
    chain::Revision revision;
    revision.id = locked.id;
    revision.parents = locked.parents;
    revision.depends_on = locked.depends_on;
    revision.digest = locked.digest;
    chain.revisions.push_back(std::move(revision));
  }
  return chain::digest_of(chain);
}

}  // namespace windlass::lock
