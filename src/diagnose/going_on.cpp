#include "diagnose/going_on.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/diagnose.h"
#include "diagnose/duplicate_differs.h"
#include "diagnose/follows.h"
#include "diagnose/missing_together.h"
#include "diagnose/reflection.h"
#include "diagnose/server_error.h"
#include "sql/statement_kind.h"

namespace windlass::diagnose {

namespace {

using record::Statement;
using run::Evidence;
using run::Fault;

const Statement* statement_of(const Evidence& evidence, int n) {
  const auto& all = evidence.recording.statements;
  const auto found = std::find_if(all.begin(), all.end(), [n](const Statement& s) { return s.n == n; });
  return found == all.end() ? nullptr : &*found;
}

/// The exception that SQLAlchemy would have raised for a statement whose failure was pretended away.
run::PythonException supposed_exception(const Statement& statement, const SourceLines& source) {
  run::PythonException exception;
  exception.type = "sqlalchemy.exc.DBAPIError";
  exception.message = statement.error->message;
  exception.revision = statement.source.revision;
  exception.phase = statement.source.operation == "version" ? "tool" : "revision";
  const base::Location& at = statement.source.location;
  if (at.known()) exception.frames.push_back({at, "", source ? source(at) : std::string(), true});
  return exception;
}

/// The steps up to the one of `revision`, which did not finish.
void cut_steps(std::vector<run::Step>& steps, const std::string& revision) {
  const auto found = std::find_if(steps.begin(), steps.end(),
                                  [&](const run::Step& step) { return step.revision == revision; });
  if (found == steps.end()) return;
  found->finished = false;
  steps.erase(found + 1, steps.end());
}

struct Judged {
  const Fault* fault = nullptr;
  const Statement* statement = nullptr;  // refused; or the one that an exception tells of
  int finding = 0;                       // its id
  int differing = 0;                     // the id of the finding that the duplicate wants another object
  std::vector<catalog::Object> lacking;  // what of that is not there
};

const record::ServerMessage& error_of(const Statement& statement) {
  return statement.refused ? *statement.refused : *statement.error;
}

/// For the statement `at` of the run.
Undone undone_by(const Judged& judged, int at, const run::GoneOn& gone_on, const SourceLines& source) {
  Undone undone;
  // It was done after all.
  if (!judged.fault->extensions.empty() || (judged.fault->late != 0 && judged.fault->late < at))
    return undone;
  if (judged.statement != nullptr) {
    undone.reading = sql::read_targets(judged.statement->text);
    const record::ServerMessage& error = error_of(*judged.statement);
    const auto existing = existing_object(error, undone.reading);
    undone.duplicate = existing.has_value();
    if (existing) undone.met = existing->name;
    undone.table_missing = error.sqlstate == "42P01";
    const std::string kind = sql::statement_kind(judged.statement->text);
    undone.writes_rows = sql::is_data_statement(judged.statement->text) && kind != "SELECT";
    undone.adds_rows = kind == "INSERT" || kind == "MERGE" || kind == "COPY";
  }
  if (judged.fault->exception < 0) return undone;
  const auto& exception = gone_on.evidence.left[static_cast<size_t>(judged.fault->exception)];
  const chain::Revision* revision = gone_on.evidence.chain.find(exception.revision);
  if (revision != nullptr && source) undone.declared = declared_in(source({revision->file, 0, 0}));
  return undone;
}

/// Whether `failed` met what `earlier` made when it ran late: a duplicate of it, or rows that break what it
/// added to a table. Whether that will be there is settled by mending the earlier one.
bool met_late_work(const Judged& earlier, const Fault& fault, const Statement& failed) {
  if (earlier.fault->late == 0 || earlier.fault->late >= fault.statement) return false;
  const record::ServerMessage& error = *failed.error;
  const auto existing = existing_object(error, sql::read_targets(failed.text));
  const bool added =
      error.sqlstate.starts_with("23") && sql::statement_kind(earlier.statement->text) != "CREATE TABLE";
  for (const sql::Target& made : sql::read_targets(earlier.statement->text).targets) {
    if (made.action != sql::Action::Create || made.name.empty()) continue;
    if (existing && made.name == existing->name && (existing->table.empty() || made.table == existing->table))
      return true;
    if (added && (made.name == error.column || made.name == error.constraint)) return true;
  }
  return false;
}

/// Whether the revision that ended the run read no rows from a table that should have got some.
bool lacks_rows(const Evidence& evidence, const Undone& undone) {
  const auto& statements = evidence.recording.statements;
  return std::any_of(statements.begin(), statements.end(), [&](const Statement& statement) {
    return statement.rows == 0 && statement.source.revision == evidence.exception->revision &&
           sql::statement_kind(statement.text) == "SELECT" &&
           may_lack_rows(sql::read_targets(statement.text), undone);
  });
}

/// Codes that name an object which is not there for anybody: mended once, they are mended everywhere.
bool missing_for_all(const std::string& code) {
  static constexpr std::array<std::string_view, 9> kCodes = {
      "created-later",  "created-on-other-branch", "created-elsewhere",
      "only-in-models", "never-created",           "role-missing",
      "dropped-before", "extension-not-installed", "extension-not-created"};
  return std::find(kCodes.begin(), kCodes.end(), code) != kCodes.end();
}

/// The root that `finding` is one more sign of, or nullptr: the same object is missing again; or an
/// extension's.
const Finding* same_missing(const std::vector<Finding>& findings, const Finding& finding) {
  if (!missing_for_all(finding.code)) return nullptr;
  const auto extension = [](const Finding& f) { return f.code.starts_with("extension-"); };
  // The object is missing until somebody makes it, whatever there is to say of it at each place.
  const auto alike = [](const std::string& a, const std::string& b) {
    const auto never_there = [](const std::string& code) {
      return code.starts_with("created-") || code == "only-in-models" || code == "never-created";
    };
    return a == b || (never_there(a) && never_there(b));
  };
  for (const Finding& root : findings)
    if (root.root &&
        ((missing_for_all(root.code) && alike(root.code, finding.code) && root.object && finding.object &&
          catalog::to_string(*root.object) == catalog::to_string(*finding.object)) ||
         (extension(root) && extension(finding) && root.object == finding.object)))
      return &root;
  return nullptr;
}

/// The root that told of a table that is not there for anybody, where `error` is about it too; or nullptr.
const Finding* told_missing(const std::vector<Finding>& findings, const record::ServerMessage& error) {
  const auto missing = missing_object(error, {});
  for (const Finding& root : findings)
    if (missing && root.root && missing_for_all(root.code) && root.object && matches(*root.object, *missing))
      return &root;
  return nullptr;
}

/// Of a duplicate that wants another object than the one that is there: a root of its own, as sure as the
/// duplicate. A duplicate that only follows goes away with what it follows from. Where create_all made what
/// is there, the models of today are compared with a revision of old, and writing that revision's tables out
/// settles it.
std::optional<DuplicateDiffers> differing(const Evidence& evidence, const Judged& judged,
                                          const Finding& duplicate, const std::vector<Judged>& before,
                                          const run::GoneOn& gone_on, const SourceLines& source) {
  if (judged.fault->wanted.empty() || !duplicate.root || !duplicate.code.ends_with("-created-twice") ||
      evidence.recording.statements.empty())
    return std::nullopt;
  const Context context(evidence, source);
  std::vector<Undone> undone;
  for (const Judged& earlier : before)
    undone.push_back(undone_by(earlier, judged.fault->statement, gone_on, source));
  auto differs = duplicate_differs(context, evidence.recording.statements.back(), judged.fault->wanted,
                                   gone_on.evidence.recording.statements, undone);
  if (!differs) return std::nullopt;
  Finding& finding = differs->finding;
  // One object met several times in a revision is one duplicate.
  finding.certainty = duplicate.location == finding.location ? duplicate.certainty
                      : judged.fault->confirmed              ? Certainty::Confirmed
                                                             : Certainty::OnlyWhenGoingOn;
  finding.fingerprint = fingerprint(finding);
  return differs;
}

/// Whether the object that is in a statement's way came with an extension that the run made to go on: nothing
/// else was seen to make it.
bool came_with_an_extension(const Evidence& evidence, const Statement& failed,
                            const std::vector<Judged>& before, const SourceLines& source) {
  if (std::none_of(before.begin(), before.end(),
                   [](const Judged& earlier) { return !earlier.fault->extensions.empty(); }))
    return false;
  const auto existing = existing_object(*failed.error, sql::read_targets(failed.text));
  if (!existing) return false;
  const Context context(evidence, source);
  return !context.present(*existing, failed) && !context.existed_before_the_run(*existing) &&
         !context.created_by_text(*existing, failed);
}

/// What a finding says once it is known to follow from another.
void tell_as_follower(Finding& finding, const Finding& root) {
  const std::string where = root.location.known() ? " " + at(root.location) : "";
  const std::string why = root.code == "first-revision-missing" ? "the chain lacks its first revision"
                                                                : "of what was not done" + where;
  finding.cause = fmt::format("It fails because {}: {}.", why,
                              in_sentence(finding.message.empty() ? finding.cause : finding.message));
  finding.fix = {};
  finding.fix.summary = "Mend that first; this goes away with it, or shows what is left.";
}

}  // namespace

Evidence evidence_at(const run::GoneOn& gone_on, const Fault& fault, const SourceLines& source) {
  Evidence evidence = gone_on.evidence;
  evidence.left.clear();
  evidence.after_read = false;
  evidence.after = {};
  evidence.versions.clear();
  evidence.self_check.clear();
  evidence.out.clear();
  evidence.err.clear();
  evidence.exit_code = 1;

  std::vector<Statement>& statements = evidence.recording.statements;
  std::erase_if(statements, [&](const Statement& statement) {
    return statement.n > fault.statement ||
           (statement.n < fault.statement && statement.refused && statement.effects.empty());
  });
  const bool raised = fault.exception >= 0;
  if (raised) evidence.exception = gone_on.evidence.left[static_cast<size_t>(fault.exception)];
  // The refused statement itself; or the one in whose error the exception has its words.
  Statement* failed = nullptr;
  if (!raised && !statements.empty()) failed = &statements.back();
  for (Statement& statement : statements)
    if (raised && statement.source.revision == evidence.exception->revision &&
        run::tells_of(*evidence.exception, statement))
      failed = &statement;
  if (failed != nullptr) {
    if (fault.error)
      failed->error = *fault.error;
    else if (failed->refused)
      failed->error = std::move(failed->refused);
    failed->refused = std::nullopt;
    failed->tag.clear();
    failed->rows.reset();
    failed->effects.clear();
    failed->status_after = failed->status_after == 'T' ? 'E' : failed->status_after;
    const int last = failed->n;
    if (!raised) evidence.exception = supposed_exception(*failed, source);
    std::erase_if(statements, [last](const Statement& statement) { return statement.n > last; });
  }
  cut_steps(evidence.steps, evidence.exception ? evidence.exception->revision : "");
  return evidence;
}

void add_later_findings(std::vector<Finding>& findings, const run::GoneOn& gone_on,
                        const SourceLines& source) {
  std::vector<Judged> judged;
  std::set<int> later;  // ids of what the faithful run did not say, or said otherwise
  std::set<int> met;    // of what was only read in the sources, until a run met it
  for (const Fault& fault : gone_on.faults) {
    Judged now;
    now.fault = &fault;
    const Evidence evidence = evidence_at(gone_on, fault, source);
    const Statement* failed =
        evidence.recording.statements.empty() || !evidence.recording.statements.back().error
            ? nullptr
            : &evidence.recording.statements.back();
    if (failed != nullptr) now.statement = statement_of(gone_on.evidence, failed->n);
    if (failed != nullptr && came_with_an_extension(evidence, *failed, judged, source)) continue;
    const auto no_table =
        failed == nullptr && evidence.exception ? missing_table(*evidence.exception) : std::nullopt;
    for (Finding& finding : diagnose(evidence, source)) {
      // What is about the chain as a whole has been said of the faithful run.
      const bool about_it = failed != nullptr ? finding.statement_number == failed->n
                                              : finding.root && finding.statement_number == 0 &&
                                                    finding.certainty != Certainty::Static &&
                                                    finding.revision == evidence.exception->revision;
      if (!about_it || finding.severity != Severity::Error) continue;
      const auto known = std::find_if(findings.begin(), findings.end(), [&](const Finding& other) {
        return other.fingerprint == finding.fingerprint && other.code == finding.code;
      });
      if (known != findings.end()) {
        if (now.finding == 0) now.finding = known->id;
        continue;
      }
      // What was only read in the sources, as an id that is too long, gives way to what a run has met now.
      const auto read = std::find_if(findings.begin(), findings.end(), [&](const Finding& other) {
        return other.certainty == Certainty::Static && other.code == finding.code &&
               other.revision == finding.revision;
      });
      if (read != findings.end()) met.insert(read->id);
      finding.id = static_cast<int>(findings.size()) + 1;
      later.insert(finding.id);
      if (fault.again)
        finding.cause += " The statement met this when it was run once more, behind what it had missed.";
      finding.certainty = fault.confirmed ? Certainty::Confirmed : Certainty::OnlyWhenGoingOn;
      finding.follows_from.reset();
      for (const Judged& earlier : judged) {
        if (finding.follows_from || earlier.finding == 0) continue;
        if (failed != nullptr &&
            misses_one_of(*failed->error, sql::read_targets(failed->text), earlier.lacking)) {
          finding.follows_from = earlier.differing;
          continue;
        }
        if (failed != nullptr && met_late_work(earlier, fault, *failed)) {
          finding.follows_from = earlier.finding;
          continue;
        }
        const Undone undone = undone_by(earlier, fault.statement, gone_on, source);
        if (failed != nullptr ? may_follow(*failed->error, sql::read_targets(failed->text), undone)
            : no_table        ? may_follow(*no_table, {}, undone)
                              : lacks_rows(evidence, undone))
          finding.follows_from = earlier.finding;
      }
      if (!finding.follows_from && no_table)
        if (const Finding* root = told_missing(findings, *no_table)) finding.follows_from = root->id;
      if (!finding.follows_from)
        if (const Finding* root = same_missing(findings, finding)) finding.follows_from = root->id;
      finding.root = !finding.follows_from;
      if (now.finding == 0) now.finding = finding.id;
      findings.push_back(std::move(finding));
      break;
    }
    if (now.finding != 0) {
      Finding& duplicate = findings[static_cast<size_t>(now.finding) - 1];
      if (auto differs = differing(evidence, now, duplicate, judged, gone_on, source)) {
        now.differing = differs->finding.id = static_cast<int>(findings.size()) + 1;
        if (duplicate.location == differs->finding.location) tell_beside(duplicate, *differs);
        now.lacking = std::move(differs->lacking);
        findings.push_back(std::move(differs->finding));
      }
    }
    judged.push_back(now);
  }
  for (const int follower : missing_together(findings, gone_on.evidence, source)) later.insert(follower);
  // Of what follows from a follower, the root is the one to mend.
  std::map<int, int> from;
  for (const Finding& finding : findings)
    if (finding.follows_from) from[finding.id] = *finding.follows_from;
  for (Finding& finding : findings)
    while (finding.follows_from && from.contains(*finding.follows_from))
      finding.follows_from = from[*finding.follows_from];
  for (Finding& finding : findings)
    if (finding.follows_from && later.contains(finding.id)) {
      Finding& root = findings[static_cast<size_t>(*finding.follows_from) - 1];
      tell_as_follower(finding, root);
      // What makes the chain fail is more than a question of which one is meant.
      if (root.code == "duplicate-differs") root.severity = Severity::Error;
    }
  // What the chain lacks before it begins is told first.
  if (!findings.empty() && findings.back().code == "first-revision-missing")
    std::rotate(findings.begin(), findings.end() - 1, findings.end());
  std::erase_if(findings, [&](const Finding& finding) { return met.contains(finding.id); });
  roots_first(findings);
}

}  // namespace windlass::diagnose
