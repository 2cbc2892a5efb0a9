// X5: two sessions of one run wait for one another: a revision opens a connection of its own, which waits
// for a lock that the migration's open transaction holds; the migration waits for the revision. For ever.
#include <fmt/core.h>

#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"

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

/// The last statement of the open transaction that changed something, and so took the lock.
const record::Statement* holder_of(const Context& context, int session) {
  const record::Statement* found = nullptr;
  for (const record::Statement& statement : context.evidence().recording.statements)
    if (statement.session == session && !statement.effects.empty()) found = &statement;
  return found != nullptr ? found : last_of(context, session);
}

}  // namespace

void second_connection(const Context& context, std::vector<Finding>& findings) {
  // Also where the run ended well: the wait was ended by windlass, not by the project.
  for (const run::Evidence::Deadlock& deadlock : context.evidence().deadlocks) {
    const record::Statement* waiting = waiting_of(context, deadlock.waiting);
    if (waiting == nullptr) waiting = last_of(context, deadlock.waiting);
    const record::Statement* holding = holder_of(context, deadlock.holding);
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
    finding.cause = fmt::format(
        "{} runs on a connection of its own and waits for a lock that the migration's open transaction "
        "holds{}; the migration "
        "in turn waits for it, so both would wait for ever.",
        waiting != nullptr ? sender(*waiting, waiting->source.location)
                           : std::string("A revision's statement"),
        holding != nullptr ? " (taken by " + sender(*holding, holding->source.location) + ")" : "");
    if (holding != nullptr)
      finding.evidence.push_back(
          exhibit(*holding, "", fmt::format("Session {} holds the lock.", deadlock.holding)));
    if (waiting != nullptr)
      finding.evidence.push_back(
          exhibit(*waiting, "failed",
                  fmt::format("Session {} waits ({:.1f} s seen).", deadlock.waiting, deadlock.seconds)));
    finding.fix.summary = "Use the migration's own connection in the revision.";
    finding.fix.steps = {"bind = op.get_bind()",
                         "session = Session(bind=bind)   # instead of SessionLocal() or create_engine(...)"};
    finding.fix.do_not =
        "Do not set a lock_timeout and go on: the work of the second connection would be missing.";
    findings.push_back(std::move(finding));
    return;  // one circle is enough; the others are the same one seen again
  }
}

}  // namespace windlass::diagnose
