// E11: a column's default that is not cast to the new type by itself.
#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "catalog/object.h"
#include "diagnose/compose.h"
#include "fix/enum_spelling.h"
#include "fix/place.h"

namespace windlass::fix {

namespace {

/// The column's default as its last definition before the run's end has it: "'new'" of "'new'::character
/// varying"; empty where it is more than a literal.
std::string literal_default(const run::Evidence& evidence, const std::string& column) {
  std::string definition;
  for (const record::Statement& statement : evidence.recording.statements)
    for (const catalog::Effect& effect : statement.effects) {
      const std::string& name = effect.object.name;
      if (effect.object.kind == "column" && !effect.rolled_back &&
          (name == column || name.ends_with("." + column)) && !effect.after.empty())
        definition = effect.after;
    }
  const auto json = nlohmann::json::parse(definition, nullptr, false);
  if (!json.is_object() || !json.contains("default") || !json["default"].is_string()) return "";
  const std::string text = json["default"].get<std::string>();
  if (!text.starts_with('\'')) return "";
  size_t end = 1;
  while (end < text.size() && (text[end] != '\'' || (end + 1 < text.size() && text[end + 1] == '\''))) {
    end += text[end] == '\'' ? 2 : 1;
  }
  if (end >= text.size()) return "";
  const std::string_view rest = std::string_view(text).substr(end + 1);
  return rest.empty() || rest.starts_with("::") ? text.substr(0, end + 1) : "";
}

}  // namespace

Mended<Mend> set_default_anew(const Ground& ground, const Place& place) {
  const PythonSource& source = *place.source;
  const std::string op = WINDLASS_TRY(op_of(source));
  if (keyword(*place.call, "server_default") != nullptr)
    return not_mended("it sets a default of its own, too");
  const Node* table = positional(*place.call, 0);
  const Node* column = positional(*place.call, 1);
  const std::string sa = source.module_alias("sqlalchemy");
  if (table == nullptr || column == nullptr || sa.empty() || !place.statement->is("Expr"))
    return not_mended("the call is not written as op.alter_column(table, column, ...)");
  const std::string value = literal_default(ground.evidence, ground.finding.object->name);
  if (value.empty()) return not_mended("the column's default is more than a literal");
  const Node* schema = keyword(*place.call, "schema");
  const std::string head = fmt::format("{}.alter_column({}, {}, server_default=", op, source.text_of(*table),
                                       source.text_of(*column));
  const std::string tail =
      schema != nullptr ? fmt::format(", {})", source.text_of(*schema)) : std::string(")");
  Mend mend;
  mend.edits[source.file()] = {
      source.before(*place.statement, {head + "None" + tail}),
      source.behind(*place.statement,
                    {fmt::format("{}{}.text({}){}", head, sa, diagnose::python_strings({value}), tail)})};
  mend.summary = "The default is taken away before the type changes, and set again behind it.";
  return mend;
}

}  // namespace windlass::fix
