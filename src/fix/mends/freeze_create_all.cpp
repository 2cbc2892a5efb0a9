// D2: a revision makes the tables of today's models, and later ones make them again. What it makes is written
// out as it was then: what create_all sends, without what the rest of the chain makes.
//
// As SQL and not as op.create_table: it is what the server was sent, to the letter, with every type, default
// and option that a dialect writes.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "diagnose/compose.h"
#include "fix/enum_spelling.h"
#include "fix/frozen.h"
#include "fix/operations.h"
#include "fix/place.h"
#include "fix/unused.h"
#include "sql/sql_name.h"
#include "sql/tokens.h"

namespace windlass::fix {

namespace {

/// op.execute of it, the lines behind the first indented as a statement in a function is; not where that
/// would change a text or a name within it.
std::string execute(const std::string& op, const std::string& sql, std::string_view indentation,
                    std::string_view ending) {
  const std::vector<sql::Token> tokens = sql::tokens(sql);
  const bool lines_within = std::any_of(tokens.begin(), tokens.end(), [](const sql::Token& token) {
    return (token.kind == sql::Token::Kind::String || token.kind == sql::Token::Kind::QuotedName) &&
           base::contains(token.text, "\n");
  });
  const std::string text =
      op_execute(lines_within ? sql : base::replace_all(sql, "\n", "\n" + std::string(indentation)));
  return op + base::replace_all(text.substr(2), "\n", ending);
}

std::string dropped(const std::string& op, const catalog::Object& object) {
  const auto [schema, name] = catalog::schema_and_name(object.name);
  const bool in_public = schema == "public";
  if (object.kind == "table")
    return fmt::format("{}.drop_table({}{})", op, diagnose::python_strings({name}),
                       in_public ? "" : ", schema=" + diagnose::python_strings({schema}));
  return op + op_execute(fmt::format("DROP {} {}", object.kind == "type" ? "TYPE" : "SEQUENCE",
                                     sql::sql_name({in_public ? "" : schema, name})))
                  .substr(2);
}

/// `Base.metadata.drop_all(...)` alone in the downgrade, of the same metadata; nullptr where there is none.
const Node* drop_all_of(const PythonSource& source, const Node& create_all) {
  const Node* made_by = create_all.child("func");
  const Node* downgrade = source.function("downgrade");
  const Node* found = nullptr;
  for (const Node* call : source.all([](const Node& node) { return node.is("Call"); })) {
    const Node* callee = call->child("func");
    const Node* owner = callee != nullptr && callee->is("Attribute") ? callee->child("value") : nullptr;
    const Node* other = made_by != nullptr && made_by->is("Attribute") ? made_by->child("value") : nullptr;
    if (owner == nullptr || other == nullptr || source.function_of(*call) != downgrade ||
        source.text_of(*owner) != source.text_of(*other))
      continue;
    const bool takes_back = (made_by->text == "create_all" && callee->text == "drop_all") ||
                            (made_by->text == "create" && callee->text == "drop");
    const Node* statement = source.statement_of(*call);
    if (!takes_back || statement == nullptr || statement->child("value") != call ||
        source.conditional(*statement) || found != nullptr)
      return nullptr;
    found = statement;
  }
  return found;
}

/// Whether every other revision takes something back: where one does not, drop_all drops what that one made.
bool others_go_back(const Ground& ground, const PythonSource& source) {
  for (const chain::Revision& each : ground.evidence.chain.revisions) {
    if (each.file == source.file()) continue;
    const auto other = ground.sources.of(each.file);
    const Node* downgrade = other ? (*other)->function("downgrade") : nullptr;
    if (downgrade == nullptr || does_nothing(downgrade->children("body"))) return false;
  }
  return true;
}

/// A schema that a statement names and no source of the project does: it comes from a map or a setting, and
/// elsewhere it is another one. Empty where there is none.
std::string schema_of_no_source(const Ground& ground, const std::vector<catalog::Object>& objects) {
  for (const catalog::Object& each : objects) {
    const std::string schema = catalog::schema_and_name(each.name).first;
    if (schema.empty() || schema == "public") continue;
    bool named = false;
    for (const run::Input& input : ground.evidence.inputs) {
      if (named || !input.file.ends_with(".py")) continue;
      const auto source = ground.sources.of(input.file);
      named = source && base::contains((*source)->text(), schema);
    }
    if (!named) return schema;
  }
  return "";
}

}  // namespace

Mended<Mend> freeze_create_all(const Ground& ground) {
  if (ground.finding.revision.empty())
    return not_mended("it runs before the migrations, outside of the chain");
  const Place place = WINDLASS_TRY(statement_alone(ground, ground.finding.location));
  const PythonSource& source = *place.source;
  const std::string op = WINDLASS_TRY(op_of(source));
  const Node* function = source.function_of(*place.statement);
  if (function->text != "upgrade") return not_mended("it does not stand in upgrade()");
  const Frozen then = WINDLASS_TRY(frozen(ground.evidence, ground.finding.location, ground.finding.revision));
  if (const std::string schema = schema_of_no_source(ground, then.made); !schema.empty())
    return not_mended(fmt::format(
        "its tables go into the schema {}, which no source of the project names: elsewhere it may be another "
        "one",
        schema));
  const std::string_view indentation = edit::indentation_at(source.text(), place.statement->begin);
  std::vector<std::string> lines = {"# What the models made here, without what later revisions make."};
  for (const std::string& each : then.statements)
    lines.push_back(execute(op, each, indentation, source.ending()));
  Mend mend;
  std::vector<edit::Edit>& edits = mend.edits[source.file()];
  std::vector<const Node*> gone = {place.statement};
  // The last line's end stays where it is.
  edits.push_back({place.statement->begin, place.statement->end,
                   base::join(lines, std::string(source.ending()) + std::string(indentation))});
  if (const Node* drop =
          then.plain && others_go_back(ground, source) ? drop_all_of(source, *place.call) : nullptr;
      drop != nullptr) {
    const std::string_view inner = edit::indentation_at(source.text(), drop->begin);
    std::vector<std::string> drops;
    for (auto each = then.made.rbegin(); each != then.made.rend(); ++each)
      drops.push_back(dropped(op, *each));
    edits.push_back(
        {drop->begin, drop->end, base::join(drops, std::string(source.ending()) + std::string(inner))});
    gone.push_back(drop);
  }
  for (edit::Edit& each : without_unused(source, gone, {op})) edits.push_back(std::move(each));
  std::vector<std::string> left_out;
  for (const catalog::Object& each : then.left_out) left_out.push_back(catalog::to_string(each));
  mend.summary = fmt::format(
      "The revision is frozen: it makes what the models made there when it was written, which is what they "
      "make today without what the chain makes later ({}).",
      base::shorten(base::join(left_out, ", "), 300));
  return mend;
}

}  // namespace windlass::fix
