// An object that two places make alike: the second goes, and with it the drop that belongs to it.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "catalog/object.h"
#include "fix/place.h"

namespace windlass::fix {

namespace {

/// What takes an operation back, and which of its arguments name the object (from 0).
struct Pair {
  std::string_view makes, drops;
  std::vector<std::pair<size_t, std::string_view>> makes_by, drops_by;
};

const std::vector<Pair>& pairs() {
  static const std::vector<Pair> kPairs = {
      {"create_table", "drop_table", {{0, "table_name"}}, {{0, "table_name"}}},
      {"create_index", "drop_index", {{0, "index_name"}}, {{0, "index_name"}}},
      {"create_foreign_key", "drop_constraint", {{0, "constraint_name"}}, {{0, "constraint_name"}}},
      {"create_unique_constraint", "drop_constraint", {{0, "constraint_name"}}, {{0, "constraint_name"}}},
      {"create_check_constraint", "drop_constraint", {{0, "constraint_name"}}, {{0, "constraint_name"}}},
      {"create_primary_key", "drop_constraint", {{0, "constraint_name"}}, {{0, "constraint_name"}}},
      {"add_column",
       "drop_column",
       {{0, "table_name"}, {1, "column"}},
       {{0, "table_name"}, {1, "column_name"}}},
  };
  return kPairs;
}

/// The name that an argument gives: a literal, or that of the Column there.
std::string name_at(const Node& call, size_t index, std::string_view key) {
  const Node* given = argument(call, index, key);
  if (given != nullptr && given->is("Call")) given = positional(*given, 0);
  return string_value(given).value_or("");
}

std::vector<std::string> names(const Node& call, const std::vector<std::pair<size_t, std::string_view>>& by) {
  std::vector<std::string> found;
  for (const auto& [index, key] : by) found.push_back(name_at(call, index, key));
  return found;
}

}  // namespace

std::vector<const Node*> drops_of(const PythonSource& source, const Node& call, std::string_view operation) {
  std::vector<const Node*> found;
  const Node* downgrade = source.function("downgrade");
  for (const Pair& pair : pairs()) {
    if (pair.makes != operation || downgrade == nullptr) continue;
    const std::vector<std::string> wanted = names(call, pair.makes_by);
    if (base::contains(wanted, "")) continue;
    for (const Node* drop : source.calls_of("alembic.op." + std::string(pair.drops)))
      if (source.function_of(*drop) == downgrade && names(*drop, pair.drops_by) == wanted)
        if (const Node* statement = source.statement_of(*drop); statement->child("value") == drop)
          found.push_back(statement);
  }
  return found;
}

Mended<Mend> take_out_second(const Ground& ground) {
  if (!ground.finding.object) return not_mended("it is not known which object it is");
  const catalog::Object& object = *ground.finding.object;
  for (const diagnose::Finding& each : ground.all)
    if (each.code == "duplicate-differs" && each.object == object)
      return not_mended("the two definitions differ, and which of them is meant is for a person to decide");
  const Place second = WINDLASS_TRY(place_of(ground, ground.finding.location));
  const PythonSource& source = *second.source;
  const bool nothing_else = second.statement->is("Expr") && second.statement->child("value") == second.call;
  const Node* whole = nothing_else ? try_around(source, *second.statement) : nullptr;
  if (whole == nullptr) whole = WINDLASS_TRY(statement_alone(ground, ground.finding.location)).statement;
  if (ground.finding.evidence.empty() || !ground.finding.evidence.front().location.known())
    return not_mended("it is not known what made it first");
  const base::Location& first = ground.finding.evidence.front().location;
  if (first == ground.finding.location) return not_mended("one place makes it twice");
  const bool known = std::any_of(pairs().begin(), pairs().end(),
                                 [&](const Pair& pair) { return pair.makes == second.operation; });
  if (!known) {
    const Node* sql = second.operation == "execute" ? sql_literal(source, *second.call) : nullptr;
    if (sql == nullptr || !is_one_command(sql->text))
      return not_mended(fmt::format("{} may make more than the {}", where(source, *second.call),
                                    catalog::to_string(object)));
  }
  Mend mend;
  std::vector<edit::Edit>& edits = mend.edits[source.file()];
  edits.push_back(source.without(*whole));
  // Within one revision the one drop belongs to the first.
  const std::vector<const Node*> drops = drops_of(source, *second.call, second.operation);
  const size_t needed = first.file == source.file() ? 1 : 0;
  for (size_t i = needed; i < drops.size(); ++i) edits.push_back(source.without(*drops[i]));
  mend.summary = fmt::format("The {} is made in one place only, by what made it first ({}).",
                             catalog::to_string(object), base::to_string(first));
  return mend;
}

}  // namespace windlass::fix
