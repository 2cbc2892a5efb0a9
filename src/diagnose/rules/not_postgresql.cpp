// The project asked for a database that is not PostgreSQL: most often the sqlite file that its configuration
// names where nobody says otherwise. The chain was not run there, so nothing is known of it: "incomplete".
#include <fmt/core.h>

#include "diagnose/compose.h"
#include "diagnose/rules.h"

namespace windlass::diagnose {

void not_postgresql(const Context& context, std::vector<Finding>& findings) {
  if (context.evidence().other_databases.empty()) return;
  const run::Seen& other = context.evidence().other_databases.front();
  Finding finding = finding_at(context, "not-postgresql", "", other.at);
  finding.incomplete = true;
  finding.cause = fmt::format(
      "The project asked for a database that is not PostgreSQL: {}. Windlass runs chains on PostgreSQL only; "
      "it left this database alone and did not run the chain there.",
      other.what);
  finding.fix.summary =
      "Let env.py use a PostgreSQL URL in this run; windlass leads it to the scratch server.";
  finding.fix.steps = {
      "Where env.py reads the URL from the environment, in windlass.toml (NAME is what env.py "
      "reads):\n[env]\nNAME = \"{url}\"",
      "Where it takes -x arguments:\nwindlass check -x KEY=postgresql://localhost/app",
      "Where alembic.ini names it, give it a section of its own there:\n[postgresql]\nscript_location = ...\n"
      "sqlalchemy.url = postgresql://localhost/app",
      "And name that section:\nwindlass check --name postgresql"};
  findings.push_back(std::move(finding));
}

}  // namespace windlass::diagnose
