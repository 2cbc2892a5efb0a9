// A chain that env.py runs on several servers, whose databases have one name. A scratch server has one
// database of a name: both are led to it, and wait for one another. Nothing is known about the chain:
// "incomplete".
#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"

namespace windlass::diagnose {

namespace {

struct Asked {
  std::string database;
  std::vector<std::string> servers;  ///< "host:port", in the order they were asked for
  base::Location at;                 ///< the last of the connects
};

/// The databases that were asked for on more than one server.
std::vector<Asked> on_several_servers(const std::vector<run::ConnectSeen>& connects) {
  std::map<std::string, Asked> by_name;
  for (const run::ConnectSeen& connect : connects) {
    const size_t slash = connect.target.rfind('/');
    if (slash == std::string::npos || slash + 1 == connect.target.size()) continue;
    const std::string database = connect.target.substr(slash + 1);
    std::string server = connect.target.substr(0, slash);
    if (server.ends_with(':')) server += "5432";
    Asked& asked = by_name[database];
    asked.database = database;
    asked.at = connect.at;
    if (std::find(asked.servers.begin(), asked.servers.end(), server) == asked.servers.end())
      asked.servers.push_back(server);
  }
  std::vector<Asked> several;
  for (auto& [name, asked] : by_name)
    if (asked.servers.size() > 1) several.push_back(std::move(asked));
  return several;
}

}  // namespace

void several_servers(const Context& context, std::vector<Finding>& findings) {
  const std::vector<Asked> several = on_several_servers(context.evidence().connects);
  if (several.empty()) return;
  for (const run::Evidence::Deadlock& deadlock : context.evidence().deadlocks) {
    // A connection of the application's own waits for the migration even where its server has another name,
    // as that of a pooler has. Only a chain that is run twice is certain.
    if (!context.keeps_versions(deadlock.waiting) || !context.keeps_versions(deadlock.holding)) continue;
    const auto& statements = context.evidence().recording.statements;
    const auto waiting = std::find_if(statements.rbegin(), statements.rend(), [&](const auto& statement) {
      return statement.session == deadlock.waiting && statement.failed();
    });
    Finding finding = finding_at(context, "several-servers", "", several.front().at);
    finding.incomplete = true;
    if (waiting != statements.rend()) {
      finding.statement_number = waiting->n;
      finding.evidence.push_back(exhibit(*waiting, "failed", "It waited for the other run of the chain."));
    }
    finding.cause = fmt::format(
        "The chain is run on databases of one name, \"{}\", on different servers ({}). A scratch server has "
        "one "
        "database of a name: both runs were led to it, and waited for one another.",
        several.front().database, base::join(several.front().servers, ", "));
    finding.fix.summary = "Tell windlass that these are different databases, in windlass.toml.";
    finding.fix.steps = {"[scratch]\nservers-apart = true"};
    finding.fix.do_not =
        "Do not change the names in the project for it: only the scratch databases have to differ.";
    findings.push_back(std::move(finding));
    return;
  }
}

}  // namespace windlass::diagnose
