// Effects on what no event trigger reports: roles, databases, tablespaces,
// their settings, memberships, comments and privileges, and event triggers.
//
// The texts of the statements claim such effects; two reads of the server,
// before and after, say which of them happened and what the definitions are.
// A difference that no text claims is named.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "catalog/fact.h"
#include "record/recording.h"
#include "sql/server_wide.h"

namespace windlass::run {

/// What belongs to the whole server, before the first session and after the last.
struct ServerWideReads {
  catalog::Snapshot before, after;
  /// Nobody else used the server meanwhile: an unclaimed difference is this run's.
  bool ours = false;
};

/// One effect that a statement's text speaks of.
struct Claim {
  size_t statement = 0;
  size_t effect = 0;  ///< in the statement
  sql::ServerWide target;
  bool renames_role = false;  ///< for certain
};

/// The effect as the text has it.
catalog::Effect claimed_effect(const Claim& claim);

/// Reads claims, statement by statement; remembers what the bodies of functions would do.
class ClaimReader {
 public:
  explicit ClaimReader(const ServerWideReads* reads) : reads_(reads) {}
  std::vector<Claim> read(const record::Recording& recording, size_t statement);

 private:
  const ServerWideReads* reads_;
  std::map<std::string, std::vector<sql::ServerWide>> functions_;  // name -> what its body would do
};

/// Keeps the claims that the reads bear out, gives their effects the definitions, takes the others out of
/// their statements. Without reads only what a statement of its own says for certain is kept. Returns
/// sentences on differences that no claim explains.
std::vector<std::string> settle_claims(record::Recording& recording, std::vector<Claim> claims,
                                       const ServerWideReads* reads);

}  // namespace windlass::run
