// X10: several commands in one string, which drivers that prepare every statement refuse.
#include <fmt/core.h>

#include "base/text.h"
#include "diagnose/compose.h"
#include "fix/place.h"
#include "sql/split.h"

namespace windlass::fix {

namespace {

/// As one literal: on one line, or between three quotes.
Mended<std::string> literal(std::string_view sql) {
  if (!base::contains(sql, "\n")) return diagnose::python_strings({std::string(sql)});
  if (base::contains(sql, "\"\"\"") || base::contains(sql, "\\") || sql.ends_with('"') ||
      base::contains(sql, "\r"))
    return not_mended(
        "one of the commands holds quotes or backslashes that would have to be written otherwise");
  return fmt::format("\"\"\"{}\"\"\"", sql);
}

}  // namespace

Mended<Mend> one_command_each(const Ground& ground) {
  const Place place = WINDLASS_TRY(statement_alone(ground, ground.finding.location));
  const PythonSource& source = *place.source;
  const Node* sql = sql_literal(source, *place.call);
  if (sql == nullptr) return not_mended("the commands are not written as one literal");
  const std::vector<sql::StatementSpan> commands = sql::split(sql->text);
  if (commands.size() < 2) return not_mended("the literal holds one command only");
  // All but the literal is repeated: op.execute(sa.text(...)).
  const std::string head(source.text().substr(place.statement->begin, sql->begin - place.statement->begin));
  const std::string tail(source.text().substr(sql->end, place.statement->end - sql->end));
  const bool over_lines = base::contains(head + tail, "\n");
  std::string text;
  const std::string_view indentation = edit::indentation_at(source.text(), place.statement->begin);
  for (const sql::StatementSpan& command : commands) {
    if (!text.empty()) text += std::string(source.ending()) + std::string(indentation);
    const std::string one = WINDLASS_TRY(literal(command.in(sql->text)));
    text += (over_lines ? std::string(base::trim(head)) : head) + one +
            (over_lines ? std::string(base::trim(tail)) : tail);
  }
  Mend mend;
  mend.edits[source.file()] = {{place.statement->begin, place.statement->end, text}};
  mend.summary = "Each command is sent on its own.";
  return mend;
}

}  // namespace windlass::fix
