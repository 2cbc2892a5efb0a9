// D4: a revision reads a row and uses it, and on a clean database there is none: a Python error with no
// error of the server's.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "sql/statement_kind.h"

namespace windlass::diagnose {

namespace {

/// Errors that using an absent row gives.
bool speaks_of_a_missing_row(const run::PythonException& exception) {
  const std::string& type = exception.type;
  if (type.ends_with("NoResultFound") || type.ends_with("IndexError") || type.ends_with("StopIteration"))
    return true;
  return (type.ends_with("TypeError") || type.ends_with("AttributeError")) &&
         base::contains(exception.message, "None");
}

/// 23503: a row is written that refers to one which only other databases have.
void referred_row(const Context& context, const Failure& failure, std::vector<Finding>& findings) {
  const record::Statement& statement = *failure.statement;
  if (statement.error->sqlstate != "23503" || !sql::is_data_statement(statement.text) ||
      !base::contains(statement.error->detail, "is not present in table"))
    return;
  Finding finding = finding_of(context, failure, "rows-expected");
  finding.cause = fmt::format(
      "{} writes a row that refers to one which a clean database does not have: {} No revision before it "
      "inserts that row.",
      sender(statement, finding.location), base::one_line(statement.error->detail));
  finding.evidence = {exhibit(statement, "failed",
                              statement.error->constraint.empty()
                                  ? ""
                                  : "Refused by the constraint " + statement.error->constraint + ".")};
  finding.evidence.back().location = finding.location;
  finding.fix.summary = "Insert the row that is referred to first, in this revision or an earlier one.";
  finding.fix.steps = {
      "If only some databases have that row, write the new one only where it is: INSERT ... SELECT ... FROM "
      "the "
      "other table WHERE ...."};
  finding.fix.do_not =
      "Do not drop the constraint or insert the row by hand: every new database would fail again.";
  findings.push_back(std::move(finding));
}

}  // namespace

void rows_expected(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures())
    if (!claimed(findings, *failure.statement)) referred_row(context, failure, findings);
  const auto& exception = context.evidence().exception;
  if (!exception || !context.failures().empty() || has_root(findings) || exception->phase != "revision" ||
      !speaks_of_a_missing_row(*exception))
    return;
  const record::Statement* empty = nullptr;
  for (const record::Statement& statement : context.evidence().recording.statements) {
    if (statement.source.revision != exception->revision || statement.failed() || statement.rows != 0)
      continue;
    const std::string kind = sql::statement_kind(statement.text);
    if ((kind == "SELECT" || kind == "WITH" || base::contains(statement.tag, "SELECT")) &&
        !asks_catalog(statement.text) &&
        !base::contains(statement.text, context.evidence().settings.version_table))
      empty = &statement;
  }
  if (empty == nullptr) return;
  base::Location place = empty->source.location;
  const chain::Revision* revision = context.revision(exception->revision);
  for (const run::Frame& frame : exception->frames)
    if (frame.in_project && (revision == nullptr || frame.location.file == revision->file))
      place = frame.location;
  Finding finding = finding_at(context, "rows-expected", exception->revision, place);
  finding.message = run::to_string(*exception);
  finding.statement = short_statement(*empty);
  finding.cause = fmt::format(
      "Revision {} uses a row that is not there: the SELECT {} returned no rows on a clean database, and {} "
      "failed ({}).",
      exception->revision, at(empty->source.location),
      place.known() ? base::to_string(place) : "the code after it",
      base::shorten(base::one_line(exception->message), 200));
  finding.evidence = {exhibit(*empty, "", "Returned 0 rows."),
                      {exception->revision, place, "", "failed", exception->type}};
  finding.fix.summary = "Let the revision do without the row, or let an earlier revision insert it.";
  finding.fix.steps = {"row = bind.execute(...).first()\nif row is not None:\n    ...",
                       "If the application cannot live without the row, insert it in a revision "
                       "(op.bulk_insert) before this one."};
  finding.fix.do_not = "Do not insert the row by hand: every new database would fail again.";
  findings.push_back(std::move(finding));
}

}  // namespace windlass::diagnose
