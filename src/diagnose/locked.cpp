#include "diagnose/locked.h"

#include <fmt/core.h>

#include <array>

#include "base/text.h"
#include "diagnose/compose.h"
#include "lock/changes.h"
#include "lock/make.h"

namespace windlass::diagnose {

namespace {

using lock::Change;
using lock::ChangeKind;

std::string named(const std::vector<std::string>& ids) {
  return ids.empty() ? std::string("nothing") : base::join(ids, ", ");
}

std::string what_was_done(const Change& change, const std::string& lock_file) {
  switch (change.kind) {
    case ChangeKind::Removed:
      return fmt::format("Revision {}, which {} knows, is gone: no file has its id.", change.id, lock_file);
    case ChangeKind::Renumbered:
      return fmt::format("Revision {}, which {} knows, is now {}.", change.id, lock_file, change.now_id);
    case ChangeKind::Moved: {
      std::string words = fmt::format("Revision {}, which {} knows, stood on {} and now stands on {}",
                                      change.id, lock_file, named(change.parents), named(change.parents_now));
      if (!change.inserted.empty())
        words += fmt::format(": {} {} put in before it", named(change.inserted),
                             change.inserted.size() == 1 ? "was" : "were");
      return words + ".";
    }
    case ChangeKind::Edited:
      break;
  }
  std::string words = fmt::format("Revision {} was edited since {} was written", change.id, lock_file);
  if (!change.statements_seen) return words + "; whether it still sends the same was not seen.";
  if (!change.statement) return words + "; it still sends the same.";
  const auto shown = [](const std::string& statement) {
    return base::shorten(base::one_line(statement), 120);
  };
  if (change.statement->is.empty())
    return words + ": it no longer sends " + shown(change.statement->was) + ".";
  if (change.statement->was.empty()) return words + ": it also sends " + shown(change.statement->is) + ".";
  return fmt::format("{}: it sent {}, and now sends {}.", words, shown(change.statement->was),
                     shown(change.statement->is));
}

Finding finding_of_change(const Change& change, const run::Evidence& run, const std::string& lock_file) {
  Finding finding;
  finding.code = "revision-changed";
  finding.revision = change.kind == ChangeKind::Renumbered ? change.now_id : change.id;
  const bool same = change.kind == ChangeKind::Edited && change.statements_seen && !change.statement;
  finding.severity = same ? Severity::Info : Severity::Warning;
  finding.cause = what_was_done(change, lock_file);
  if (const chain::Revision* revision = run.chain.find(finding.revision))
    finding.location = change.kind == ChangeKind::Moved ? revision->parents_at : revision->id_at;
  if (!finding.location.known()) finding.location = {lock_file, 1, 1};
  if (same) {
    finding.fix.summary = "`windlass prove` writes the lock anew.";
  } else if (change.kind == ChangeKind::Moved && !change.inserted.empty()) {
    finding.fix.summary =
        "Put what is new behind the heads: a database that is at this revision never comes "
        "to what was put in before it.";
  } else if (change.kind == ChangeKind::Edited || change.kind == ChangeKind::Moved) {
    finding.fix.summary =
        "Take the revision back to what it was, and put the change into a new revision: a "
        "database that has it already never sees the edit.";
  } else {
    finding.fix.summary =
        "Give the revision its id back: a database that is at it finds no revision of that "
        "name.";
  }
  if (!same) finding.fix.steps = {"Where it was applied nowhere yet: `windlass prove` writes the lock anew."};
  finding.fix.do_not = same ? "" : "Do not stamp the databases that have it to make the message go away.";
  finding.fingerprint = fingerprint(finding);
  return finding;
}

}  // namespace

std::span<const std::string_view> locked_codes() {
  static constexpr std::array<std::string_view, 2> kCodes = {"lock-unreadable", "revision-changed"};
  return kCodes;
}

std::vector<Finding> locked_findings(const lock::Lock& lock, const run::Evidence& run,
                                     const std::string& lock_file) {
  std::vector<std::string> came_through;
  for (const run::Step& step : run.steps)
    if (step.finished && step.direction == "upgrade") came_through.push_back(step.revision);
  std::vector<Finding> findings;
  for (const Change& change : lock::changes(lock, run.chain, lock::statements_of(run), came_through))
    findings.push_back(finding_of_change(change, run, lock_file));
  return findings;
}

Finding lock_unreadable(const base::Error& error, const std::string& lock_file) {
  Finding finding;
  finding.code = "lock-unreadable";
  finding.severity = Severity::Warning;
  finding.location = {lock_file, 1, 1};
  finding.message = error.got;
  finding.cause = fmt::format("{} cannot be read, and nothing was held against it: {}.", lock_file,
                              in_sentence(error.got));
  finding.fix.summary = error.hint;
  finding.fingerprint = fingerprint(finding);
  return finding;
}

}  // namespace windlass::diagnose
