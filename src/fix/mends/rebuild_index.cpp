// X3: IF NOT EXISTS was content with an index that an earlier try of CREATE INDEX CONCURRENTLY left invalid:
// what is left goes first, and the index is built.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/name.h"
#include "fix/enum_spelling.h"
#include "fix/place.h"

namespace windlass::fix {

namespace {

constexpr std::string_view kGuard = "if not exists";

/// What is to be taken out so that the statement builds the index whatever is there, and whether it does that
/// CONCURRENTLY.
struct Unguarded {
  edit::Edit edit;
  bool concurrently = false;
};

Mended<Unguarded> in_sql(const PythonSource& source, const Node& call) {
  const Node* sql = sql_literal(source, call);
  if (sql == nullptr || !is_one_command(sql->text))
    return not_mended(fmt::format("{} does not write it as one command in one literal", where(source, call)));
  const std::string written = base::to_lower(source.text_of(*sql));
  const size_t at = written.find(kGuard);
  if (at == std::string::npos || written.find(kGuard, at + 1) != std::string::npos)
    return not_mended(fmt::format("{} does not write IF NOT EXISTS once", where(source, call)));
  size_t end = at + kGuard.size();
  while (end < written.size() && written[end] == ' ') ++end;
  return Unguarded{{sql->begin + at, sql->begin + end, ""}, base::contains(written, "concurrently")};
}

Mended<Unguarded> in_operation(const PythonSource& source, const Node& call) {
  const Node* guard = keyword(call, "if_not_exists");
  if (guard == nullptr || source.text_of(*guard->child("value")) != "True")
    return not_mended(fmt::format("{} does not say if_not_exists=True", where(source, call)));
  // With the comma before it: an index has a name, so it is never the first argument.
  size_t before = 0;
  for (const std::string_view field : {"args", "keywords"})
    for (const Node& each : call.children(field))
      if (each.end <= guard->begin) before = std::max(before, each.end);
  if (before == 0) return not_mended(fmt::format("{} names the index behind it", where(source, call)));
  const Node* concurrently = keyword(call, "postgresql_concurrently");
  return Unguarded{{before, guard->end, ""},
                   concurrently != nullptr && source.text_of(*concurrently->child("value")) == "True"};
}

}  // namespace

Mended<Mend> rebuild_index(const Ground& ground) {
  const diagnose::Finding& finding = ground.finding;
  const auto skipped = std::find_if(finding.evidence.begin(), finding.evidence.end(),
                                    [](const diagnose::Exhibit& each) { return each.effect == "skipped"; });
  if (!finding.object || skipped == finding.evidence.end())
    return not_mended("what made it fail is to be mended first, and that is for a person to decide");
  const Place place = WINDLASS_TRY(place_of(ground, skipped->location));
  const PythonSource& source = *place.source;
  if (!place.statement->is("Expr") || place.statement->child("value") != place.call)
    return not_mended(
        fmt::format("the call at {} is part of a larger statement", where(source, *place.call)));
  const std::string op = WINDLASS_TRY(op_of(source));
  const Unguarded unguarded = WINDLASS_TRY(
      place.operation == "create_index" ? in_operation(source, *place.call) : in_sql(source, *place.call));
  const std::string drop =
      fmt::format("DROP INDEX {}IF EXISTS {}", unguarded.concurrently ? "CONCURRENTLY " : "",
                  diagnose::sql_name_of(*finding.object));
  Mend mend;
  mend.edits[source.file()] = {
      source.before(*place.statement, {fmt::format("{}.execute({})", op, diagnose::python_strings({drop}))}),
      unguarded.edit};
  mend.summary = "What an earlier try has left is dropped first, and the index is built whatever was there.";
  return mend;
}

}  // namespace windlass::fix
