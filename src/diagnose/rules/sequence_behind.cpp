// D6: rows were inserted with values of their own for a column that a sequence fills, and the sequence was
// not moved: it will give values that are taken. Read from the rows at the end of the run.
//
// A warning: the chain itself runs, and an application that always gives the value itself never notices.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "sql/statement_kind.h"
#include "sql/targets.h"
#include "sql/tokens.h"

namespace windlass::diagnose {

namespace {

/// Whether a statement that writes `table` may give `column` a value of its own. One that lists other columns
/// leaves it to the sequence.
bool gives(const record::Statement& statement, const std::string& kind, const std::string& table,
           const std::string& column) {
  const std::vector<sql::Token> words = sql::tokens(statement.text);
  const auto is_name = [&](size_t i, const std::string& name) {
    return i < words.size() && words[i].name() && words[i].text == name;
  };
  for (size_t i = 0; i < words.size(); ++i) {
    if (kind == "UPDATE") {
      if (is_name(i, column) && i + 1 < words.size() && words[i + 1].symbol('=')) return true;
      if (words[i].is("where")) return false;
      continue;
    }
    if (!is_name(i, table) || i + 1 >= words.size() || !words[i + 1].symbol('(')) continue;
    size_t end = i + 2;
    while (end < words.size() && !words[end].symbol(')') && !is_name(end, column)) ++end;
    return is_name(end, column);
  }
  return kind != "UPDATE";
}

/// The last statement that put values of its own into the column.
const record::Statement* filler(const Context& context, const run::SequenceBehind& behind) {
  const std::string table = behind.table.substr(behind.table.find('.') + 1);
  const record::Statement* found = nullptr;
  for (const record::Statement& statement : context.evidence().recording.statements) {
    if (statement.failed() || statement.rows.value_or(0) == 0) continue;
    const std::string kind = sql::statement_kind(statement.text);
    if (kind != "INSERT" && kind != "COPY" && kind != "MERGE" && kind != "UPDATE" && kind != "DO" &&
        kind != "WITH")
      continue;
    for (const sql::Target& target : sql::read_targets(statement.text).targets)
      if (target.kind == "table" && target.name == table && gives(statement, kind, table, behind.column))
        found = &statement;
  }
  return found;
}

bool descends(const Context& context, const run::SequenceBehind& behind) {
  const catalog::Fact* sequence = context.evidence().after.find({"sequence", behind.sequence});
  return sequence != nullptr && base::contains(sequence->definition, "\"increment\":-");
}

}  // namespace

void sequence_behind(const Context& context, std::vector<Finding>& findings) {
  if (!context.whole_chain_known()) return;
  for (const run::SequenceBehind& behind : context.evidence().sequences_behind) {
    const record::Statement* statement = filler(context, behind);
    Finding finding =
        finding_at(context, "sequence-behind", statement != nullptr ? statement->source.revision : "",
                   statement != nullptr ? place_of(context, *statement) : base::Location{});
    finding.severity = Severity::Warning;
    finding.object = catalog::Object{"sequence", behind.sequence};
    if (statement != nullptr) finding.statement = short_statement(*statement);
    const std::string who = statement != nullptr
                                ? sender(*statement, place_of(context, *statement)) + " puts rows"
                                : std::string("Rows were put");
    const std::string when =
        behind.insert == 1
            ? fmt::format("gives {} next, which is taken: the first insert that relies on it", behind.next)
            : fmt::format(
                  "gives {} next and comes to {}, which is taken: insert number {} that "
                  "relies on it",
                  behind.next, behind.taken, behind.insert);
    finding.cause = fmt::format(
        "{} with values of their own into column \"{}\" of \"{}\", and the sequence \"{}\" was not moved "
        "past them: "
        "it {} fails (23505, \"{}\").",
        who, behind.column, behind.table, behind.sequence, when, behind.key);
    if (statement != nullptr)
      finding.evidence.push_back(
          exhibit(*statement, "", "A value that is given does not move the sequence."));
    const std::string sequence = base::replace_all(sql_name_of({"sequence", behind.sequence}), "'", "''");
    finding.fix.summary = "Move the sequence past the rows, after they are inserted.";
    finding.fix.steps = {
        fmt::format("op.execute({})", python_strings({fmt::format(
                                          "SELECT setval('{}', (SELECT {}({}) FROM {}))", sequence,
                                          descends(context, behind) ? "min" : "max",
                                          sql_name({behind.column}), sql_name_of({"table", behind.table}))})),
        "Or leave the column out of the rows, so that the sequence fills it."};
    finding.fix.do_not =
        "Do not let the application try again until it works: each try uses up one value, and hides other "
        "errors.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
