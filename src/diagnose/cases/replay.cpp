// The chain again over what it has made, its version tables emptied: a chain that is idempotent takes all
// that for what it would make, and ends where it ended.
#include <fmt/core.h>

#include "diagnose/cases.h"
#include "diagnose/cases/by_rules.h"
#include "diagnose/cases/catalogs.h"
#include "diagnose/cases/ends_otherwise.h"
#include "diagnose/cases/outcome.h"
#include "diagnose/compose.h"
#include "run/table_rows.h"

namespace windlass::diagnose {

namespace {

Finding stops(const run::Evidence& again) {
  Finding finding = finding_of_stop(again, "replay-fails");
  finding.severity = Severity::Warning;
  finding.cause =
      fmt::format("Over what the chain has made already, its version table emptied, {} stops: {}.",
                  finding.revision.empty() ? "the upgrade" : "revision " + finding.revision,
                  in_sentence(finding.message));
  finding.fix.summary =
      "Where the chain is to be idempotent, let each statement take an object that is there for its own only "
      "if its definition is equal, and stop where it is not.";
  finding.fix.steps = {"windlass fix --idempotent"};
  finding.fix.do_not =
      "A bare IF NOT EXISTS asks for the name alone: whatever bears it counts as there, and the difference "
      "stays unseen.";
  return finding;
}

Finding differs(const run::CaseRun& run, const std::vector<catalog::Difference>& found) {
  Finding finding = ends_otherwise(run, found,
                                   "Over what the chain has made already, its version table emptied, it "
                                   "comes through and ends with another "
                                   "catalog");
  finding.code = "replay-differs";
  finding.severity = Severity::Warning;
  finding.fix.summary =
      "Make the statement that made the difference say what is to be there, whatever was there before.";
  finding.fix.do_not =
      "Do not run the chain over a database that lost its version table: stamp it, when "
      "`windlass drift --claim` says that it is there.";
  Finding alike = finding;
  alike.cause = catalog::to_string(*finding.object);
  finding.fingerprint = fingerprint(alike);
  return finding;
}

Finding changes_rows(const run::RowsChanged& changed) {
  Finding finding;
  finding.code = "replay-changes-rows";
  finding.severity = Severity::Warning;
  finding.object = {"table", changed.table};
  std::string who = "a trigger or a function writes";
  if (changed.by != nullptr) {
    finding.revision = changed.by->source.revision;
    finding.location = changed.by->source.location;
    finding.statement = short_statement(*changed.by);
    who = finding.revision.empty() ? "a statement outside of the revisions writes"
                                   : fmt::format("revision {} writes", finding.revision);
  }
  finding.cause = fmt::format(
      "Over what the chain has made already, its version table emptied, it comes through, and {}: {} there "
      "each time.",
      run::in_words(changed), who);
  finding.fix.summary =
      "Let the statement leave alone what it has written before: an INSERT with ON CONFLICT DO NOTHING over "
      "a key, or with WHERE NOT EXISTS; an UPDATE whose WHERE no longer meets what it has changed.";
  finding.fix.do_not =
      "Do not run the chain over a database that lost its version table: stamp it, when "
      "`windlass drift --claim` says that it is there.";
  // How many rows there are is not what makes it this finding.
  Finding alike = finding;
  alike.cause = changed.table + (changed.other_values > 0 ? " values" : " number");
  finding.fingerprint = fingerprint(alike);
  return finding;
}

}  // namespace

std::vector<Finding> replay_findings(const run::CaseRun& run, const SourceLines& source) {
  const run::Evidence& again = *run.runs.back();
  if (!came_to_an_end(again)) return by_rules(run, source);
  if (!run::succeeded(again)) return {stops(again)};
  if (!ends_comparable(run)) return by_rules(run, source);
  const auto found =
      by_themselves(differences(run.clean->after, again.after, *run.clean, "the clean run", "this one"));
  std::vector<Finding> findings;
  if (!found.empty()) findings.push_back(differs(run, found));
  if (run.rows_before && again.rows_after)
    for (const run::RowsChanged& changed :
         run::rows_changed(*run.rows_before, *again.rows_after, again.recording))
      findings.push_back(changes_rows(changed));
  return findings;
}

}  // namespace windlass::diagnose
