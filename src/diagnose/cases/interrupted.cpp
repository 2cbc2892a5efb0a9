// A revision killed where a part of its work was durable, and run again: it must come to where it comes
// without.
#include <fmt/core.h>

#include <algorithm>

#include "base/location.h"
#include "diagnose/cases.h"
#include "diagnose/cases/by_rules.h"
#include "diagnose/cases/catalogs.h"
#include "diagnose/cases/outcome.h"
#include "diagnose/compose.h"
#include "run/durable.h"
#include "run/table_rows.h"
#include "sql/statement_kind.h"

namespace windlass::diagnose {

namespace {

/// The last statement of the revision that is durable when it was killed; nullptr where none tells.
const record::Statement* last_durable(const run::Evidence& killed) {
  const auto moments = run::durable_moments(killed.recording);
  if (moments.empty()) return nullptr;
  const record::Statement* last = nullptr;
  for (const record::Statement& statement : killed.recording.statements) {
    if (statement.n > moments.back()->n) break;
    if (statement.session == moments.back()->session && !statement.failed() && !statement.effects.empty())
      last = &statement;
  }
  return last == nullptr ? moments.back() : last;
}

std::string after_what(const record::Statement* last) {
  if (last == nullptr) return "on its way";
  const std::string where = at(last->source.location);
  return fmt::format("after {}{}", short_statement(*last), where.empty() ? "" : " (" + where + ")");
}

void add_what_was_done(Finding& finding, const record::Statement* last) {
  if (last != nullptr)
    finding.evidence.push_back(exhibit(*last, "created", "Durable before the process was killed."));
}

void add_fix(Finding& finding) {
  finding.fix.summary =
      "Give each statement that cannot be in a transaction a revision of its own, or let it and what comes "
      "before it in the revision take what a killed run left.";
  finding.fix.steps = {finding.revision.empty() ? "windlass fix --idempotent"
                                                : "windlass fix --idempotent " + finding.revision};
  finding.fix.do_not =
      "Where it has happened, do not stamp the revision: what comes behind the statement has not run.";
}

Finding stops(const run::CaseRun& run, const run::Kill& kill) {
  const record::Statement* last = last_durable(*kill.killed);
  Finding finding = finding_of_stop(*kill.again, "interrupted-fails");
  if (finding.revision.empty()) finding.revision = run.name;
  finding.cause = fmt::format("Killed {}, revision {} cannot be run again: {}.", after_what(last), run.name,
                              in_sentence(finding.message));
  std::vector<Exhibit> failing = std::move(finding.evidence);
  finding.evidence.clear();
  add_what_was_done(finding, last);
  finding.evidence.insert(finding.evidence.end(), failing.begin(), failing.end());
  add_fix(finding);
  return finding;
}

Finding differs(const run::CaseRun& run, const run::Kill& kill,
                const std::vector<catalog::Difference>& found) {
  const record::Statement* last = last_durable(*kill.killed);
  Finding finding;
  finding.code = "interrupted-differs";
  finding.revision = run.name;
  finding.object = found.front().object;
  if (const record::Statement* maker = maker_of(*run.clean, *finding.object)) {
    finding.location = maker->source.location;
    finding.statement = short_statement(*maker);
  }
  finding.cause = fmt::format("Killed {} and run again, revision {} ends well and with another catalog: {}.",
                              after_what(last), run.name, listed(found));
  add_what_was_done(finding, last);
  add_exhibits(finding, found, {run.clean.get(), kill.again.get()});
  add_fix(finding);
  return finding;
}

/// The rows that are more or fewer. Another value may be chance: the two are different runs.
Finding rows_differ(const run::CaseRun& run, const run::Kill& kill, const run::RowsChanged& changed) {
  const record::Statement* last = last_durable(*kill.killed);
  Finding finding;
  finding.code = "interrupted-differs";
  finding.revision = run.name;
  finding.severity = Severity::Warning;
  finding.object = {"table", changed.table};
  if (changed.by != nullptr) {
    finding.location = changed.by->source.location;
    finding.statement = short_statement(*changed.by);
  }
  finding.cause =
      fmt::format("Killed {} and run again, revision {} ends well and with other rows than without: {}.",
                  after_what(last), run.name, run::in_words(changed));
  add_what_was_done(finding, last);
  add_fix(finding);
  finding.fix.summary +=
      " An INSERT asks for what is there: ON CONFLICT DO NOTHING over a key, or WHERE NOT EXISTS.";
  // Where it was killed is no matter.
  Finding alike = finding;
  alike.cause = changed.table;
  finding.fingerprint = fingerprint(alike);
  return finding;
}

std::vector<Finding> differences_of(const run::CaseRun& run, const run::Kill& kill) {
  const run::Evidence& again = *kill.again;
  if (!again.after_read) return {};
  const auto found = by_themselves(differences(run.interrupted->expected, again.after, *run.clean,
                                               "the run that was not killed", "this one"));
  if (!found.empty()) return {differs(run, kill, found)};
  std::vector<Finding> findings;
  if (again.rows_after)
    for (const run::RowsChanged& changed :
         run::rows_changed(run.interrupted->rows, *again.rows_after, again.recording))
      if (changed.other_values == 0) findings.push_back(rows_differ(run, kill, changed));
  return findings;
}

}  // namespace

std::vector<Finding> interrupted_findings(const run::CaseRun& run, const SourceLines& source) {
  std::vector<Finding> findings;
  for (const run::Kill& kill : run.interrupted->kills) {
    const run::Evidence& again = *kill.again;
    std::vector<Finding> of_this;
    if (!came_to_an_end(again)) {
      of_this = by_rules(run, kill.again, source);
    } else if (!run::succeeded(again)) {
      of_this = {stops(run, kill)};
    } else {
      of_this = differences_of(run, kill);
    }
    for (Finding& finding : of_this) {
      if (finding.fingerprint.empty()) finding.fingerprint = fingerprint(finding);
      if (std::none_of(findings.begin(), findings.end(),
                       [&](const Finding& known) { return known.fingerprint == finding.fingerprint; }))
        findings.push_back(std::move(finding));
    }
  }
  return findings;
}

}  // namespace windlass::diagnose
