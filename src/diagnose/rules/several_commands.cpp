// X10: the driver sends every string as a prepared statement, which holds one command: asyncpg does so
// always, others for a statement with parameters. The same revision passes with psycopg2.
#include <fmt/core.h>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"

namespace windlass::diagnose {

namespace {

Finding several(const Context& context, const Failure& failure, const std::string& driver) {
  const record::Statement& statement = *failure.statement;
  Finding finding = finding_of(context, failure, "several-commands-in-one-statement");
  finding.cause = fmt::format(
      "{} sends several commands in one string; {} sends it as a prepared statement, and PostgreSQL takes "
      "only "
      "one command in each (psycopg2 would pass it).",
      sender(statement, finding.location), driver);
  finding.fix.summary = "Send each command on its own.";
  finding.fix.steps = {"One op.execute(...) for each command, in the same order:",
                       "op.execute(\"...first...\")", "op.execute(\"...second...\")"};
  finding.fix.do_not =
      "Do not split the text at every semicolon: functions, DO blocks and strings hold semicolons of their "
      "own.";
  return finding;
}

Finding untyped(const Context& context, const Failure& failure, const std::string& driver) {
  const record::Statement& statement = *failure.statement;
  Finding finding = finding_of(context, failure, "parameter-of-another-type");
  finding.cause = fmt::format(
      "{} gives a value as text where {}; {} tells PostgreSQL the parameter's type, and there is no "
      "automatic "
      "cast (psycopg2 writes the value into the statement, and would pass).",
      sender(statement, finding.location),
      base::one_line(statement.error->message.substr(0, statement.error->message.find(" but "))), driver);
  finding.fix.summary = "Give the column its real type where the revision describes it.";
  finding.fix.steps = {
      "sa.column(\"...\", postgresql.ENUM(name=\"...\", create_type=False))   # not sa.String",
      "Or, in SQL text: CAST(:value AS the_type)."};
  finding.fix.do_not =
      "Do not turn the column into text to get past it: its values would no longer be checked.";
  return finding;
}

}  // namespace

void several_commands(const Context& context, std::vector<Finding>& findings) {
  const std::string& version = context.evidence().tool.driver;
  const std::string driver =
      version.empty() ? std::string("the driver") : version.substr(0, version.find(' '));
  for (const Failure& failure : context.failures()) {
    const record::Statement& statement = *failure.statement;
    if (claimed(findings, statement) || statement.protocol != record::Protocol::Extended) continue;
    const std::string& state = statement.error->sqlstate;
    const bool many = state == "42601" && base::contains(statement.error->message, "multiple commands");
    const bool typed =
        state == "42804" && base::contains(statement.text, "$") &&
        base::contains(statement.error->message, "but expression is of type character varying");
    if (!many && !typed) continue;
    findings.push_back(many ? several(context, failure, driver) : untyped(context, failure, driver));
    findings.back().evidence = {exhibit(statement, "failed", base::one_line(statement.error->hint))};
    findings.back().evidence.back().location = findings.back().location;
  }
}

}  // namespace windlass::diagnose
