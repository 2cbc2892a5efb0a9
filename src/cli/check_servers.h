// A check on one server or on several, one after the other.
#pragma once

#include <string>
#include <vector>

#include "cli/check_server.h"
#include "report/check_report.h"

namespace windlass::cli {

struct ServersChecked {
  std::vector<report::ServerLine> lines;  ///< of every server that was asked for
  std::vector<ServerCheck> ran;           ///< those that ran, in this order; at least one
  std::vector<diagnose::Finding> findings;
  diagnose::Verdict verdict = diagnose::Verdict::Incomplete;
  int interrupted = 0;  ///< the signal that ended it early; nothing else is filled then
  const ServerCheck& first() const { return ran.front(); }
};

/// `settings` are those of the first. Fails where windlass could look on none of them, and for what is wrong
/// usage; one server of several that cannot be had is a line that says why.
base::Result<ServersChecked> check_servers(const std::vector<std::string>& servers,
                                           const run::CheckSettings& settings,
                                           const std::vector<std::string>& environment,
                                           const diagnose::SourceLines& source,
                                           const ServerCheckOptions& options);

}  // namespace windlass::cli
