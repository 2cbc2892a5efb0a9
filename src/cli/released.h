// Which revisions were released, who says so, and what that means for what `fix` does.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "chain/chain.h"
#include "cli/settings.h"
#include "fix/fixed.h"
#include "lock/lock.h"
#include "run/evidence.h"

namespace windlass::cli {

class Released {
 public:
  /// `option`: --released; else windlass.toml says it, else the lock. `must`: an error where nothing does.
  static base::Result<Released> find(const std::string& option, bool must, const ProjectAtHand& at_hand,
                                     const chain::Chain& chain);

  const std::string& by() const { return by_; }  ///< "--released 0007", "windlass.toml", "windlass.lock"
  /// The released ones among revisions, by their files; ids.
  std::vector<std::string> among(const std::vector<std::string>& files) const;
  /// Says of a patch that it edits what was released.
  void mark(fix::Patch& patch) const;
  /// The last released revision, where there is one such and others follow it that are not released; empty
  /// otherwise.
  std::string last_before_others(const chain::Chain& chain) const;
  /// Whether the lock knows that a database that has what was released holds what this run made behind it.
  bool lock_agrees(const run::Evidence& run) const;
  /// Where it is unknown what the databases hold that have an edited revision as it was released, the lock
  /// may know; what is left of it is for a person. `mended`: the clean run of the chain with every patch.
  void settle(fix::Fixed& fixed, const run::Evidence& mended) const;

 private:
  enum class Known { No, Same, Other };
  Known known_to_lock(const std::vector<std::string>& edited, const run::Evidence& mended) const;
  /// Released revisions that the lock knows, and none behind them.
  std::vector<std::string> locked_tips() const;

  std::map<std::string, std::string> ids_;  ///< by file
  std::string by_;
  std::string lock_name_;
  std::optional<lock::Lock> lock_;
};

}  // namespace windlass::cli
