// A case that upgrades a database with rows in it: what fails because of them, and of which.
//
// An error only where no value that windlass made up has a part in it: any rows would do. What some values
// break and others do not is a warning, and so is all that fails only with NULLs, equal rows or edges.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "diagnose/cases.h"
#include "diagnose/cases/by_rules.h"
#include "diagnose/cases/refused_rows.h"
#include "diagnose/cases/row_query.h"
#include "diagnose/compose.h"
#include "diagnose/diagnose.h"
#include "diagnose/sender.h"
#include "run/failure.h"
#include "run/joined_evidence.h"
#include "sql/session_words.h"
#include "sql/statement_kind.h"

namespace windlass::diagnose {

namespace {

/// One failing run, and what it began with.
struct Tried {
  const populate::Rows& rows;
  bool plain = false;  ///< with ordinary rows alone
  const populate::Rows* innocent =
      nullptr;  ///< ordinary rows with which the upgrade goes well; nullptr: it does not
};

std::string column_name(const RefusedRows& refused) {
  std::vector<std::string> names;
  for (const std::string& column : refused.columns) names.push_back(sql_name({column}));
  const std::string table = qualified(refused);
  return names.size() == 1 ? fmt::format("{}.{}", table, names.front())
                           : fmt::format("{} ({})", table, base::join(names, ", "));
}

/// Who does it, where: "Revision 0004 (op.alter_column at versions/0004.py:9)".
std::string who(const record::Statement& statement, const base::Location& place) {
  const std::string by = statement.source.revision.empty() ? std::string("A statement outside any revision")
                                                           : "Revision " + statement.source.revision;
  return fmt::format("{} ({})", by, sender(statement, place));
}

std::string last_sentence(const Tried& tried) {
  if (tried.innocent != nullptr) return " With ordinary rows alone the upgrade ends well.";
  return tried.plain ? " Which values there are is the application's: these are windlass's own." : "";
}

void show_rows(Finding& finding, const RefusedRows& refused, const run::CaseRun& run) {
  for (const populate::Row* row : refused.rows)
    finding.evidence.push_back({"",
                                {},
                                base::shorten(populate::insert_text(*row), 300),
                                "put-in",
                                fmt::format("Put there before the upgrade {}.", run.name)});
}

Finding not_null(const run::CaseRun& run, const Failure& failure, Finding finding, const RefusedRows& refused,
                 const Tried& tried) {
  const record::Statement& statement = *failure.statement;
  finding.code = "not-null-without-backfill";
  const std::string column = column_name(refused);
  const bool added =
      std::any_of(failure.reading.targets.begin(), failure.reading.targets.end(), [&](const sql::Target& t) {
        return t.action == sql::Action::Create && t.kind == "column" && !refused.columns.empty() &&
               t.name == refused.columns.front();
      });
  if (added)
    finding.cause =
        fmt::format("{} adds column {} as NOT NULL and without a value for the rows that are there.",
                    who(statement, finding.location), column);
  else if (refused.whatever_rows)
    finding.cause = fmt::format(
        "{} makes {} NOT NULL, and nothing fills the column in the rows that were there before it was added.",
        who(statement, finding.location), column);
  else
    finding.cause = fmt::format("{} makes {} NOT NULL, while a row there may hold NULL.{}",
                                who(statement, finding.location), column, last_sentence(tried));
  show_rows(finding, refused, run);
  finding.fix.summary = "Fill the column before it is made NOT NULL.";
  const std::string name = refused.columns.empty() ? "the_column" : sql_name({refused.columns.front()});
  const std::string backfill = fmt::format(
      "op.execute({})\n"
      "op.alter_column({}, nullable=False{})",
      python_strings(
          {fmt::format("UPDATE {} SET {} = ... WHERE {} IS NULL", qualified(refused), name, name)}),
      python_strings({refused.table.empty() ? "the_table" : refused.table,
                      refused.columns.empty() ? "the_column" : refused.columns.front()}),
      in_public(refused) ? "" : ", schema=" + python_strings({refused.schema}));
  if (added)
    finding.fix.steps = {"op.add_column(...)  # nullable, or with a server_default\n" + backfill};
  else if (refused.whatever_rows)
    finding.fix.steps = {backfill};
  else
    finding.fix.steps = {"How many rows it is:\n" + query_for(refused, statement),
                         "In the revision:\n" + backfill};
  finding.fix.do_not =
      "Do not delete the rows, and do not leave the column nullable only on the databases that have rows.";
  return finding;
}

/// Windlass's own values may be long, and stand in what the server says; so do names, which stay whole.
std::string with_short_values(const std::string& text) {
  constexpr size_t kLongest = 63, kShown = 20;  // no name is longer than the first
  std::string result;
  size_t from = 0;
  for (size_t open = text.find('"'); open != std::string::npos; open = text.find('"', from)) {
    const size_t close = text.find('"', open + 1);
    if (close == std::string::npos) break;
    result += text.substr(from, open + 1 - from);
    const std::string value = text.substr(open + 1, close - open - 1);
    result += value.size() > kLongest
                  ? fmt::format("{} ({} bytes)", base::shorten(value, kShown), value.size())
                  : value;
    result += '"';
    from = close + 1;
  }
  return result + text.substr(from);
}

/// What the statement asks for, as a part of a sentence after "Revision 0004 (...)".
std::string demand(const record::Statement& statement, const RefusedRows& refused) {
  const record::ServerMessage& error = *statement.error;
  const std::string of = refused.table.empty() ? std::string("the rows") : column_name(refused);
  const std::string state = error.sqlstate;
  if (sql::is_data_statement(statement.text))
    return fmt::format("writes rows out of those that are there, and that fails: {}",
                       in_sentence(with_short_values(error.message)));
  if (state == "23505")
    return refused.whatever_rows
               ? fmt::format("makes {} unique, while all rows that were there hold the same in it", of)
               : fmt::format("makes {} unique, while two rows there may hold the same", of);
  if (state == "23503")
    return fmt::format("makes {} a foreign key, while a row there may refer to what is not there: {}", of,
                       in_sentence(error.detail.empty() ? error.message : error.detail));
  if (state == "23514")
    return fmt::format("adds a check on {} that a row there may break: {}", of,
                       in_sentence(with_short_values(error.message)));
  if (state == "23P01")
    return fmt::format("lets no two rows of {} overlap, while they may: {}", of,
                       in_sentence(with_short_values(error.message)));
  if (state == "22001")
    return fmt::format("makes {} shorter than a value there may be: {}", of,
                       in_sentence(with_short_values(error.message)));
  if (state == "22003")
    return fmt::format("gives {} a type that holds less than a value there may be: {}", of,
                       in_sentence(with_short_values(error.message)));
  return fmt::format("converts {}, and a value that may stand there cannot be converted: {}", of,
                     in_sentence(with_short_values(error.message)));
}

Finding do_not_fit(const run::CaseRun& run, const Failure& failure, Finding finding,
                   const RefusedRows& refused, const Tried& tried) {
  const record::Statement& statement = *failure.statement;
  finding.code = "rows-do-not-fit";
  finding.cause = fmt::format("{} {}.{}", who(statement, finding.location), demand(statement, refused),
                              refused.whatever_rows ? "" : last_sentence(tried));
  show_rows(finding, refused, run);
  finding.fix.summary = "Mend such rows first, in this revision or an earlier one; then change the table.";
  const std::string query = query_for(refused, statement);
  if (!query.empty() && !sql::is_data_statement(statement.text))
    finding.fix.steps.push_back("Whether a database has such rows:\n" + query);
  if (base::contains(base::to_lower(statement.text), "concurrently"))
    finding.fix.steps.push_back(
        "The index that failed stays behind and is invalid: DROP INDEX CONCURRENTLY it before running again. "
        "With IF "
        "NOT EXISTS the next run would take it for made.");
  finding.fix.steps.push_back(
      "Where the application never writes such rows, say so at the statement:\n"
      "# windlass: ignore[rows-do-not-fit] REASON");
  finding.fix.do_not = "Do not mend the rows by hand in one database: every other one fails again.";
  return finding;
}

/// Errors that come of the code and of no value that it read.
bool of_the_code(const run::PythonException& exception) {
  static constexpr std::array<std::string_view, 7> kTypes = {
      "NameError",    "UnboundLocalError", "ImportError", "ModuleNotFoundError", "ObjectNotExecutableError",
      "CompileError", "NoSuchColumnError"};
  for (const std::string_view type : kTypes)
    if (exception.type.ends_with(type)) return true;
  if (exception.type.ends_with("AttributeError")) return !base::contains(exception.message, "NoneType");
  return exception.type.ends_with("TypeError") &&
         base::contains(exception.message, "indices must be integers");
}

/// The line of the revision that raised.
base::Location place_in(const Context& context, const run::PythonException& exception) {
  base::Location place;
  const chain::Revision* revision = context.revision(exception.revision);
  for (const run::Frame& frame : exception.frames) {
    if (!frame.in_project) continue;
    if (revision != nullptr && frame.location.file == revision->file) return frame.location;
    place = frame.location;
  }
  return place;
}

Finding raised(const Context& context, const Tried& tried, const Failure* failure) {
  const run::Evidence& evidence = context.evidence();
  Finding finding;
  if (failure != nullptr) {
    const record::Statement& statement = *failure->statement;
    finding = finding_of(context, *failure, "fails-with-rows");
    finding.cause = fmt::format("{} fails once there are rows: {}.{}", who(statement, finding.location),
                                in_sentence(statement.error->message), last_sentence(tried));
    finding.severity = Severity::Warning;
    finding.evidence = {exhibit(statement, "failed", base::one_line(statement.error->where))};
    finding.evidence.back().location = finding.location;
  } else {
    const run::PythonException& exception = *evidence.exception;
    finding = finding_at(context, "fails-with-rows", exception.revision, place_in(context, exception));
    finding.message = run::to_string(exception);
    const bool whatever_rows = tried.plain && of_the_code(exception);
    finding.severity = whatever_rows ? Severity::Error : Severity::Warning;
    finding.cause =
        fmt::format("Revision {} fails in Python once there are rows{}: {}.{}", exception.revision,
                    finding.location.known() ? " (" + at(finding.location) + ")" : "",
                    in_sentence(run::to_string(exception)),
                    whatever_rows ? " It is the code: any row does." : last_sentence(tried));
    finding.evidence.push_back({exception.revision, finding.location, "", "failed", exception.type});
    // What it read last is what it stumbled over.
    const record::Statement* read = nullptr;
    for (const record::Statement& statement : evidence.recording.statements)
      if (statement.source.revision == exception.revision && statement.rows.value_or(0) > 0 &&
          sql::is_data_statement(statement.text) && !sql::session_words(statement.text).writes &&
          !asks_catalog(statement.text))
        read = &statement;
    if (read != nullptr)
      finding.evidence.push_back(exhibit(*read, "", fmt::format("The rows that it read: {}.", *read->rows)));
  }
  finding.fix.summary = "Write the revision for tables that hold rows: the databases that it is for do.";
  finding.fix.do_not =
      "Do not skip the revision where it fails: what it should have done to the rows is missing then.";
  return finding;
}

const Failure* fatal(const Context& context) {
  const Failure* found = nullptr;
  for (const Failure& failure : context.failures())
    if (context.exception_is(*failure.statement)) found = &failure;
  return found != nullptr || context.failures().empty() ? found : &context.failures().back();
}

/// What a run that the rows broke says.
std::vector<Finding> judged(const run::CaseRun& run, const run::SharedEvidence& last, const Tried& tried,
                            const SourceLines& source) {
  std::vector<run::SharedEvidence> all = run.before;
  all.push_back(last);
  run::Evidence evidence = run::joined(all);
  evidence.scenario = run::to_string(run.scenario);
  const Context context(evidence, source);
  const Failure* failure = fatal(context);
  const std::string state = failure == nullptr ? "" : failure->statement->error->sqlstate;
  if (state.starts_with("22") || state.starts_with("23")) {
    const RefusedRows refused = refused_rows(context, *failure, tried.rows, tried.innocent);
    Finding finding = finding_of(context, *failure, "rows-do-not-fit");
    finding.severity = tried.plain && refused.whatever_rows ? Severity::Error : Severity::Warning;
    const record::ServerMessage& error = *failure->statement->error;
    finding.message = with_short_values(finding.message);
    finding.evidence = {exhibit(
        *failure->statement, "failed",
        base::shorten(
            base::one_line(finding.message + (error.detail.empty() ? "" : " (" + error.detail + ")")), 400))};
    finding.evidence.back().location = finding.location;
    if (!refused.table.empty())
      finding.object =
          refused.columns.size() == 1
              ? catalog::Object{"column", sql_name({refused.schema, refused.table, refused.columns.front()})}
              : catalog::Object{"table", sql_name({refused.schema, refused.table})};
    const bool null = state == "23502" && !sql::is_data_statement(failure->statement->text);
    finding = null ? not_null(run, *failure, std::move(finding), refused, tried)
                   : do_not_fit(run, *failure, std::move(finding), refused, tried);
    // The values in the message are chance.
    Finding alike = finding;
    alike.message = state + " " + base::join(refused.columns, ",") + " " + error.constraint;
    finding.fingerprint = fingerprint(alike);
    return {finding};
  }
  const bool python = failure == nullptr && evidence.exception && evidence.exception->phase == "revision";
  if (python || state == "P0001" || state == "P0004") {
    Finding finding = raised(context, tried, failure);
    Finding alike = finding;
    if (python) alike.message = evidence.exception->type;
    finding.fingerprint = fingerprint(alike);
    return {finding};
  }
  // A fault of the statement itself, which is sent only where there are rows.
  std::vector<Finding> findings = by_rules(run, last, source);
  for (Finding& finding : findings) {
    if (finding.severity != Severity::Error || finding.incomplete || tried.plain) continue;
    finding.severity = Severity::Warning;
    finding.cause += last_sentence(tried);
  }
  return findings;
}

}  // namespace

std::vector<Finding> populated_findings(const run::CaseRun& run, const SourceLines& source) {
  const run::Populated& tried = *run.populated;
  if (!tried.without) return by_rules(run, tried.full, source);
  // It fails so without any rows: they have no part in it.
  if (!tried.plain) return by_rules(run, tried.without, source);
  const bool plain_passes = run::succeeded(*tried.plain);
  std::vector<Finding> findings =
      judged(run, tried.full, {tried.rows, false, plain_passes ? &tried.plain_rows : nullptr}, source);
  if (plain_passes) return findings;
  // Where ordinary rows fail without any rows failing otherwise, the rest is as told without rows.
  std::vector<Finding> of_plain = run::failed_alike(*tried.plain, *tried.without)
                                      ? by_rules(run, tried.without, source)
                                      : judged(run, tried.plain, {tried.plain_rows, true, nullptr}, source);
  for (const Finding& finding : findings) {
    const bool told = std::any_of(of_plain.begin(), of_plain.end(), [&](const Finding& other) {
      return other.fingerprint == finding.fingerprint ||
             (other.code == finding.code && other.revision == finding.revision &&
              other.location == finding.location);
    });
    if (told || finding.follows_from) continue;
    of_plain.push_back(finding);
    of_plain.back().id = 0;
  }
  return of_plain;
}

}  // namespace windlass::diagnose
