// X5: two sessions of one run wait for one another: a revision opens a connection of its own, which waits
// for a lock that the migration's open transaction holds; the migration waits for the revision. For ever.
#include <fmt/core.h>

#include <algorithm>

#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "sql/targets.h"
#include "sql/tokens.h"

namespace windlass::diagnose {

namespace {

/// The statement the session hung in: the one that was cancelled to end the wait, the one that was never
/// answered, or else its last.
const record::Statement* waiting_of(const Context& context, int session) {
  const record::Statement* found = nullptr;
  for (const record::Statement& statement : context.evidence().recording.statements) {
    if (statement.session != session) continue;
    const bool cancelled =
        statement.error && (statement.error->sqlstate == "57014" || statement.error->sqlstate == "55P03" ||
                            statement.error->sqlstate == "40P01");
    if (cancelled || (statement.tag.empty() && !statement.failed() && !statement.skipped)) found = &statement;
  }
  return found;
}

const record::Statement* last_of(const Context& context, int session) {
  const record::Statement* last = nullptr;
  for (const record::Statement& statement : context.evidence().recording.statements)
    if (statement.session == session) last = &statement;
  return last;
}

/// Whether it has one of these names in it, as the server reads them.
bool names_one_of(const record::Statement& statement, const std::vector<std::string>& names) {
  for (const sql::Token& token : sql::tokens(statement.text, 2000))
    if (token.name() && std::find(names.begin(), names.end(), token.text) != names.end()) return true;
  return false;
}

/// What the waiting statement is about: its tables, by their bare names.
std::vector<std::string> tables_of(const record::Statement& statement) {
  std::vector<std::string> names;
  for (const sql::Target& target : sql::read_targets(statement.text).targets)
    names.push_back(target.table.empty() ? target.name : target.table);
  return names;
}

/// The statement that took the lock: of the transaction that was open while the other one waited the last
/// that changed something, else the last that names what the other one is about, else its last.
const record::Statement* holder_of(const Context& context, int session, const record::Statement* waiting) {
  std::vector<const record::Statement*> open;
  for (const record::Statement& statement : context.evidence().recording.statements) {
    if (statement.session != session) continue;
    if (waiting != nullptr && statement.started > waiting->started + waiting->milliseconds / 1000) break;
    if (statement.status_after == 'I')
      open.clear();
    else if (!statement.skipped)
      open.push_back(&statement);
  }
  for (size_t i = open.size(); i-- > 0;)
    if (!open[i]->effects.empty()) return open[i];
  const std::vector<std::string> names =
      waiting == nullptr ? std::vector<std::string>{} : tables_of(*waiting);
  for (size_t i = open.size(); i-- > 0;)
    if (names_one_of(*open[i], names)) return open[i];
  return open.empty() ? last_of(context, session) : open.back();
}

}  // namespace

void second_connection(const Context& context, std::vector<Finding>& findings) {
  // Also where the run ended well: the wait was ended by windlass, not by the project.
  for (const run::Evidence::Deadlock& deadlock : context.evidence().deadlocks) {
    const record::Statement* waiting = waiting_of(context, deadlock.waiting);
    if (waiting == nullptr) waiting = last_of(context, deadlock.waiting);
    if (waiting != nullptr && claimed(findings, *waiting)) continue;
    const record::Statement* holding = holder_of(context, deadlock.holding, waiting);
    const bool migration_waits =
        context.keeps_versions(deadlock.waiting) && !context.keeps_versions(deadlock.holding);
    Finding finding = finding_at(context, "second-connection-deadlock", "", {});
    if (waiting != nullptr) {
      finding.revision = waiting->source.revision;
      finding.location = waiting->source.location;
      finding.statement = short_statement(*waiting);
      finding.statement_number = waiting->n;
      if (waiting->error) {
        finding.sqlstate = waiting->error->sqlstate;
        finding.message = waiting->error->message;
      }
    }
    const std::string who = waiting != nullptr ? sender(*waiting, waiting->source.location)
                                               : std::string("A revision's statement");
    const std::string taken =
        holding != nullptr ? " (taken by " + sender(*holding, holding->source.location) + ")" : "";
    finding.cause =
        migration_waits
            ? fmt::format(
                  "{} waits for a lock that a second connection of this run holds in a transaction it left "
                  "open{}; nobody ends that transaction while the migration waits, so it would wait for "
                  "ever.",
                  who, taken)
            : fmt::format(
                  "{} runs on a connection of its own and waits for a lock that the migration's open "
                  "transaction holds{}; the migration in turn waits for it, so both would wait for ever.",
                  who, taken);
    if (holding != nullptr)
      finding.evidence.push_back(
          exhibit(*holding, "", fmt::format("Session {} holds the lock.", deadlock.holding)));
    if (waiting != nullptr)
      finding.evidence.push_back(
          exhibit(*waiting, "failed",
                  fmt::format("Session {} waits ({:.1f} s seen).", deadlock.waiting, deadlock.seconds)));
    const bool elsewhere = migration_waits && holding != nullptr && holding->source.location.known();
    finding.fix.summary = elsewhere ? fmt::format("Use the migration's own connection at {}.",
                                                  base::to_string(holding->source.location))
                                    : "Use the migration's own connection in the revision.";
    finding.fix.steps = {"bind = op.get_bind()",
                         "session = Session(bind=bind)   # instead of SessionLocal() or create_engine(...)"};
    if (migration_waits)
      finding.fix.steps.push_back(
          "Where it must be a connection of its own, end its transaction before the revision ends: commit() "
          "or rollback(), then close().");
    finding.fix.do_not =
        migration_waits
            ? "Do not set a lock_timeout and go on: the migration's own statement would be missing."
            : "Do not set a lock_timeout and go on: the work of the second connection would be missing.";
    findings.push_back(std::move(finding));
    return;  // one circle is enough; the others are the same one seen again
  }
}

}  // namespace windlass::diagnose
