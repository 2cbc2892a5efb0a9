// X6, X7: the tool says success and the database says otherwise: what was applied is not in the version
// table. Also the run that never reached the server at all, which proves nothing.
#include <fmt/core.h>

#include <map>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "sql/statement_kind.h"

namespace windlass::diagnose {

namespace {

const record::Statement* last_version_statement(const Context& context) {
  const record::Statement* last = nullptr;
  for (const record::Statement& statement : context.evidence().recording.statements) {
    const std::string kind = sql::statement_kind(statement.text);
    if (context.is_version_statement(statement) && (kind == "INSERT" || kind == "UPDATE" || kind == "DELETE"))
      last = &statement;
  }
  return last;
}

/// A statement of the project's own, in the migration's transaction before Alembic's first one: SQLAlchemy 2
/// then holds a transaction that Alembic takes for the caller's, and leaves to the caller to commit.
const record::Statement* early_statement(const Context& context, const Transaction& transaction) {
  for (const record::Statement* statement : transaction.statements) {
    if (context.is_version_statement(*statement) || statement->source.operation == "version") return nullptr;
    if (!statement->source.revision.empty()) return nullptr;
    const std::string kind = sql::statement_kind(statement->text);
    if (kind == "BEGIN" || base::contains(statement->text, context.evidence().settings.version_table))
      continue;
    // SQLAlchemy's and Alembic's own questions to the catalog are not the project's doing.
    if (asks_catalog(statement->text) || kind == "SHOW") continue;
    if (statement->source.location.known()) return statement;
  }
  return nullptr;
}

/// The last statement of a revision before a COMMIT in its midst: what follows the COMMIT belongs to no
/// transaction of Alembic's. (A commit() of the driver's bears no place of its own.)
const record::Statement* commit_in_revision(const Context& context) {
  std::map<int, const record::Statement*> last;  // by session: the last statement that bears a revision
  for (const record::Statement& statement : context.evidence().recording.statements) {
    const record::Statement*& before = last[statement.session];
    if (sql::statement_kind(statement.text) == "COMMIT" && !statement.failed()) {
      if (!statement.source.revision.empty() && !context.is_version_statement(statement)) return &statement;
      if (before == nullptr || context.is_version_statement(*before)) continue;
      for (const record::Statement& later : context.evidence().recording.statements)
        if (later.n > statement.n && later.session == statement.session &&
            later.source.revision == before->source.revision)
          return before;
    }
    if (!statement.source.revision.empty()) before = &statement;
  }
  return nullptr;
}

void never_reached(const Context& context, std::vector<Finding>& findings) {
  Finding finding = finding_at(context, "never-connected", "", {});
  finding.incomplete = true;
  finding.cause =
      context.evidence().connects.empty()
          ? "The tool ended with success, but it never connected to PostgreSQL: nothing of the chain was run."
          : "The tool ended with success, but it sent no statement of the chain to PostgreSQL: nothing was "
            "run.";
  finding.fix.summary = "See which database env.py talks to, and whether it calls context.run_migrations().";
  finding.fix.steps = {
      "If the URL in the configuration is for another database (sqlite, mysql), give windlass the one for "
      "PostgreSQL, by the setting env.py reads: [env] in windlass.toml.",
      "If env.py runs offline or leaves early, it must not in this run."};
  findings.push_back(std::move(finding));
}

}  // namespace

void nothing_committed(const Context& context, std::vector<Finding>& findings) {
  if (!context.tool_succeeded() || !context.evidence().other_databases.empty()) return;
  // Without a session there is no database to read versions from.
  const bool connected = !context.evidence().recording.sessions.empty() ||
                         !context.evidence().recording.statements.empty() ||
                         !context.evidence().steps.empty();
  if (!connected && !context.evidence().after_read && !context.evidence().chain.revisions.empty())
    return never_reached(context, findings);
  if (!context.versions_lost()) return;
  bool any_work = false;
  for (const record::Statement& statement : context.evidence().recording.statements)
    any_work = any_work || !statement.source.revision.empty() || context.is_version_statement(statement);
  if (!any_work && context.evidence().steps.empty()) return never_reached(context, findings);

  Finding finding = finding_at(context, "exit-zero-nothing-committed", "", {});
  for (const Failure& failure : context.failures())
    if (failure.transaction->lost)
      for (const Finding& root : findings)
        if (root.statement_number == failure.statement->n && !finding.follows_from)
          finding.follows_from = root.id;
  const record::Statement* version = last_version_statement(context);
  const Transaction* transaction = version == nullptr ? nullptr : context.transaction_of(*version);
  const std::string table = context.evidence().settings.version_table;
  const std::string state =
      context.evidence().version_tables.empty()
          ? fmt::format("there is no table {} in the database", table)
          : fmt::format("{} says {}", table,
                        context.evidence().versions.empty() ? std::string("nothing")
                                                            : base::join(context.evidence().versions, ", "));
  std::string why = "its last transaction was not committed";
  if (transaction != nullptr && transaction->lost) {
    why = "its COMMIT was answered with ROLLBACK, because an error in the transaction had been swallowed";
  } else if (const record::Statement* commit = commit_in_revision(context)) {
    const bool itself = sql::statement_kind(commit->text) == "COMMIT";
    why = fmt::format("revision {} commits by itself ({}{}), and what came after it was never committed",
                      commit->source.revision, itself ? "" : "after ",
                      base::to_string(commit->source.location));
    finding.revision = commit->source.revision;
    finding.location = commit->source.location;
    finding.statement = short_statement(*commit);
    finding.evidence.push_back(
        exhibit(*commit, "",
                itself ? "Ends the transaction that Alembic would have committed."
                       : "A COMMIT follows, which ends the transaction that Alembic would have committed."));
    finding.fix.summary = "Take the commit out of the revision.";
    finding.fix.steps = {
        "Where a part must be committed on its own, give it a revision of its own with "
        "op.get_context().autocommit_block()."};
  } else if (transaction != nullptr && !transaction->committed) {
    if (const record::Statement* early = early_statement(context, *transaction)) {
      why = fmt::format(
          "{} had already begun a transaction on the connection, Alembic took that for the caller's own, and "
          "nobody committed it",
          sender(*early, early->source.location));
      finding.location = early->source.location;
      finding.statement = short_statement(*early);
      finding.evidence.push_back(
          exhibit(*early, "", "Begins a transaction of its own (SQLAlchemy 2 does so by itself)."));
    } else {
      why = "the transaction was rolled back when the connection was closed: nobody committed it";
    }
    finding.fix.summary =
        "Commit: give Alembic a connection without an open transaction, or commit the one you opened.";
    finding.fix.steps = {
        "with connectable.connect() as connection:\n    connection.execute(...)\n    connection.commit()   # "
        "before "
        "context.configure()",
        "Or:\nwith connectable.begin() as connection:   # instead of connect(): commits at the end",
        "And in it:\nwith context.begin_transaction():\n    context.run_migrations()"};
  }
  finding.cause = fmt::format("The tool ended with success, but {}: {}.", state, why);
  if (version != nullptr) {
    finding.statement = short_statement(*version);
    finding.evidence.push_back(
        exhibit(*version, "rolled-back", "Alembic's last entry in the version table."));
    if (transaction != nullptr && transaction->statements.back() != version)
      finding.evidence.push_back(exhibit(*transaction->statements.back(),
                                         transaction->lost ? "rolled-back" : "",
                                         "The end of its transaction."));
  }
  if (finding.fix.summary.empty())
    finding.fix.summary = "Mend the first error of the transaction; see the finding it follows from.";
  finding.fix.do_not =
      "Do not trust the exit status of this run, and do not stamp the database: what was rolled back is not "
      "there.";
  findings.push_back(std::move(finding));
}

}  // namespace windlass::diagnose
