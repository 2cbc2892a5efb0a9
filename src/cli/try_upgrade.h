// What `upgrade` would do with a real database now: tried on a twin of it, on the scratch server.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/error.h"
#include "catalog/live_read.h"
#include "cli/chain_run.h"
#include "report/drift_report.h"

namespace windlass::cli {

/// What there is to know of the real database, gathered while the environment still led to it.
struct RealDatabase {
  std::string url;
  std::vector<std::string> environment;
  std::chrono::milliseconds lock_wait{10000};
  std::vector<std::string> roles;
  const catalog::LiveRead& read;
  std::string not_dumped_because = {};  ///< why pg_dump is not to be started there; empty: it may be
};

/// `drift`: where it stands. What could not be tried says why; it is no error.
report::UpgradeTried try_upgrade(const RealDatabase& real, const ChainAt& chain, const drift::Drift& drift);

}  // namespace windlass::cli
