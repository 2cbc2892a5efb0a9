// windlass.lock: what was proven of a chain, as values. docs/formats.md describes the file.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "chain/chain.h"

namespace windlass::lock {

/// What it was proven with. None of it is content: a proof by another version of a tool that comes to the
/// same leaves the file as it is.
struct ProvenWith {
  std::string windlass, python, alembic, sqlalchemy, driver, server;
  std::string date;  ///< YYYY-MM-DD
  /// The id of a revision, or several parted by ", ": what begins before them was proven earlier, and not run
  /// again; empty: all was.
  std::string since = {};
};

struct LockedRevision {
  std::string id;
  std::vector<std::string> parents, depends_on;
  std::string file;                     ///< relative to the project
  std::string digest;                   ///< of the file's bytes
  std::string catalog;                  ///< fingerprint of what there is after it (catalog::fingerprint)
  std::vector<std::string> statements;  ///< by which it changes the schema, in order
};

struct Lock {
  ProvenWith with;
  std::map<std::string, std::string> scenarios;  ///< name and verdict: "passed", "failed", "not-run"
  std::map<std::string, std::string> inputs;  ///< other files of the project that it ran, and their digests
  std::vector<LockedRevision> revisions;      ///< parents before children, else by id
};

/// The ids of its revisions.
std::set<std::string> ids_of(const Lock& lock);

/// Its revisions as a chain: ids, parents, dependencies and digests.
chain::Chain chain_of(const Lock& lock);

/// Of the revisions: as the chain's own (chain::digest_of).
std::string chain_digest(const Lock& lock);

}  // namespace windlass::lock
