// The same command again, on what the first run left: as a person would. After a failure it must fail in the
// same way; after a success there must be nothing left to do.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "diagnose/cases.h"
#include "diagnose/cases/catalogs.h"
#include "diagnose/cases/outcome.h"
#include "diagnose/compose.h"
#include "diagnose/definition_parts.h"
#include "diagnose/name.h"
#include "run/failure.h"

namespace windlass::diagnose {

namespace {

Finding begun(const run::Evidence& run) {
  Finding finding;
  finding.code = "retry-differs";
  finding.revision = run::stopped_in(run);
  if (const record::Statement* error = run::fatal_error(run)) {
    finding.location = error->source.location;
    finding.statement = short_statement(*error);
    finding.sqlstate = error->error->sqlstate;
    finding.evidence.push_back(exhibit(*error, "failed", "In the second run."));
  }
  return finding;
}

/// What the first run left half made and the second took for whole: IF NOT EXISTS asks for a name alone.
std::vector<Finding> invalid_indexes(const run::Evidence& first, const run::Evidence& second) {
  std::vector<Finding> findings;
  for (const catalog::Fact& fact : second.after.facts) {
    if (fact.object.kind != "index" || !denies_part(fact.definition, "valid")) continue;
    const record::Statement* skipped = nullptr;
    for (const record::Statement& statement : second.recording.statements)
      for (const record::ServerMessage& notice : statement.notices)
        if (notice.sqlstate == "42P07" && base::contains(notice.message, '"' + last_part(fact.object) + '"'))
          skipped = &statement;
    if (skipped == nullptr) continue;
    Finding finding;
    finding.code = "index-invalid";
    finding.object = fact.object;
    finding.revision = skipped->source.revision;
    finding.location = skipped->source.location;
    finding.statement = short_statement(*skipped);
    finding.cause = fmt::format(
        "The first run failed and left index \"{}\" invalid; the same command once more found the name, "
        "skipped the "
        "statement and says that all is well. No query uses the index, and what it was to check is not "
        "checked.",
        fact.object.name);
    if (const record::Statement* error = run::fatal_error(first))
      finding.evidence.push_back(exhibit(*error, "failed", "In the first run."));
    finding.evidence.push_back(exhibit(*skipped, "skipped", "In the second run."));
    finding.fix.summary = "Drop what an earlier try left before each try, and leave IF NOT EXISTS out.";
    finding.fix.steps = {"In the same autocommit block, before it:",
                         fmt::format("op.execute({})", python_strings({"DROP INDEX CONCURRENTLY IF EXISTS " +
                                                                       sql_name_of(fact.object)}))};
    finding.fix.do_not =
        "Do not mend the first run's failure alone: the next one that breaks off (a lock, a timeout) leaves "
        "the same.";
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> after_failure(const run::Evidence& first, const run::Evidence& second) {
  Finding finding = begun(run::succeeded(second) ? first : second);
  finding.root = false;
  if (run::succeeded(second)) {
    finding.severity = Severity::Warning;
    finding.sqlstate.clear();
    finding.statement.clear();
    finding.evidence.clear();
    finding.cause = fmt::format(
        "The upgrade fails ({}), and the same command once more goes through: what the second process did "
        "not "
        "do again makes the difference.",
        in_sentence(said(first)));
    finding.fix.summary =
        "Mend the failure of the first run: a database that took two tries has not gone the way of one that "
        "took one.";
    finding.fix.do_not = "Do not run it twice on purpose: the next change of the chain may leave half of it.";
    std::vector<Finding> findings = invalid_indexes(first, second);
    findings.push_back(std::move(finding));
    return findings;
  } else {
    if (said(first) == said(second) && run::stopped_in(first) == run::stopped_in(second)) return {};
    finding.message = said(second);
    finding.cause = fmt::format(
        "The same command once more fails otherwise: it says {}, where the first run said {}. It stumbles "
        "over "
        "what the first run left.",
        in_sentence(said(second)), in_sentence(said(first)));
    if (const record::Statement* error = run::fatal_error(first))
      finding.evidence.insert(finding.evidence.begin(), exhibit(*error, "failed", "In the first run."));
    finding.fix.summary =
        "Mend the failure of the first run; where it has happened, take away what it left before the next "
        "try.";
    finding.fix.do_not = "Do not mend what the second run says: on a clean database that never happens.";
  }
  return {finding};
}

/// What the rules make of it; where they see only something missing from outside, it was there the first
/// time.
std::vector<Finding> after_success_failed(const run::CaseRun& run, const SourceLines& source) {
  std::vector<Finding> findings = upgrade_findings(run, source);
  const bool root = std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.root && finding.severity == Severity::Error && !finding.incomplete;
  });
  if (root || run.runs.back()->timed_out || run.runs.back()->server_died) return findings;
  const run::Evidence& second = *run.runs.back();
  Finding finding = begun(second);
  finding.message = said(second);
  if (second.exception && !finding.location.known())
    for (const run::Frame& frame : second.exception->frames)
      if (frame.in_project) finding.location = frame.location;
  finding.cause =
      fmt::format("The upgrade of a database that is at its head fails: {}.", in_sentence(finding.message));
  finding.fix.summary =
      "An upgrade without a revision left must do nothing: let env.py reckon with a database "
      "that is there already.";
  return {finding};
}

std::vector<Finding> after_success(const run::Evidence& first, const run::Evidence& second) {
  const auto found =
      by_themselves(differences(first.after, second.after, first, "the first run", "the second"));
  const bool steps = std::any_of(second.steps.begin(), second.steps.end(),
                                 [](const run::Step& step) { return step.finished; });
  if (found.empty() && !steps) return {};
  Finding finding;
  finding.code = "retry-differs";
  finding.severity = found.empty() ? Severity::Warning : Severity::Error;
  if (!found.empty()) {
    finding.object = found.front().object;
    if (const record::Statement* maker = maker_of(second, *finding.object)) {
      finding.revision = maker->source.revision;
      finding.location = maker->source.location;
      finding.statement = short_statement(*maker);
    }
  }
  finding.cause = steps ? "The upgrade of a database that is at its head runs revisions again"
                        : "The upgrade of a database that is at its head changes it";
  finding.cause += found.empty() ? "." : fmt::format(": {}.", listed(found));
  add_exhibits(finding, found, {&second});
  finding.fix.summary =
      "An upgrade without a revision left must do nothing: move what changes the database "
      "from env.py into a revision.";
  return {finding};
}

}  // namespace

std::vector<Finding> retry_findings(const run::CaseRun& run, const SourceLines& source) {
  const run::Evidence &first = *run.clean, &second = *run.runs.back();
  if (!run::succeeded(first)) return after_failure(first, second);
  if (!run::succeeded(second)) return after_success_failed(run, source);
  if (!second.after_read) return upgrade_findings(run, source);
  return after_success(first, second);
}

}  // namespace windlass::diagnose
