// A read of a database that others work in: consistent, read-only, in few round trips, without holding many
// locks at a time, and frank about what it could not see.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "catalog/fact.h"
#include "catalog/statements.h"

namespace windlass::catalog {

/// Objects that are known and left out because they are not the project's.
struct Ignored {
  std::string owner;  ///< "extension hstore", "platform Supabase", "windlass"
  size_t objects = 0;
};

/// An object, and why it is not among the facts, or not compared as the others are.
struct Noted {
  Object object;
  std::string reason;
};

/// What something that made a database (a chain, SQL) says of who owns it, or of privileges.
enum class Says {
  Own,      ///< what it wants to say; all else it leaves to others
  All,      ///< everything: a dump with them
  Nothing,  ///< a dump without them
};

struct LiveRead {
  Snapshot snapshot;  ///< sorted
  int server_major = 0;
  std::string server_version;  ///< "15.18"
  std::string database;        ///< its name
  bool standby = false;        ///< read from a replica
  /// Of a chain, or SQL, that windlass ran itself: the role that ran it. What that role owns, it gives to
  /// nobody in particular. Empty: a real database, where every owner is meant.
  std::string made_by = {};
  std::string made_from = "the chain";  ///< with `made_by`: what made it, as a sentence has it
  Says says_owners = Says::Own, says_privileges = Says::Own;  ///< with `made_by`
  bool without_rows = false;  ///< of a dump that leaves the rows out: what hangs on them is not said
  /// What only a read of a real database knows is among the facts (live_only.h).
  bool live_only = false;
  std::vector<Noted> not_visible;   ///< the role may not see it
  std::vector<Noted> not_modelled;  ///< windlass knows no such kind, or does not compare it
  std::vector<Ignored> ignored;
  std::optional<Statements> statements = {};  ///< of a snapshot that is kept, or was; nobody else asks
};

/// Where a companion would read.
struct Surroundings {
  std::string server_version;
  int64_t relations = 0;  ///< tables and views
  int64_t locks = 0;      ///< about how many the server has room for, of all sessions together
  /// The connections lead to a pooler: to other sessions of the server than they seem to.
  bool pooled = false;
  std::string role;  ///< that reads
};

/// Somebody who reads in the same moment as read_live(), over connections of their own.
class Companion {
 public:
  virtual ~Companion() = default;
  /// Asked before anything is read; false: it stays away.
  virtual bool comes(const Surroundings& there) = 0;
  /// On a thread of its own, while the transaction is open that exported `snapshot` (SET TRANSACTION
  /// SNAPSHOT).
  virtual void read(const std::string& snapshot) = 0;
  /// The reading failed, and what read() does is of no use any more: let it end soon. From another thread.
  virtual void leave() = 0;
};

struct LiveReadOptions {
  bool roles = false;  ///< also roles, memberships, tablespaces, and settings of roles and of the database
  bool sequence_positions = false;             ///< also where each sequence stands
  std::chrono::milliseconds lock_wait{10000};  ///< for a relation that somebody holds in ACCESS EXCLUSIVE
  /// Relations and functions read in one transaction: each keeps a lock on what it renders until its end.
  int64_t chunk = 1000;
  Companion* companion = nullptr;
};

/// Reads over one connection to `conninfo`, and a second one where there is more than a chunk. Writes
/// nothing; every transaction is READ ONLY. Needs no right but CONNECT. An error: it could not look; `hint`
/// says what to do.
base::Result<LiveRead> read_live(const std::string& conninfo, const LiveReadOptions& options = {});

}  // namespace windlass::catalog
