// D3: a column is made NOT NULL while rows are there: expand, backfill, contract. The value is the chain's
// own: what it says that a row without one holds. Where it says nothing, none is made up: an instruction has
// the code, and one place in it for the value.
//
// In batches where the revision does nothing before: each of them is committed, and a run that is cut off
// between two of them finds nothing half made. Behind another operation (the add_column of a new column) the
// revision would be left half applied, so there it is one UPDATE in the revision's transaction.
#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "diagnose/compose.h"
#include "fix/backfill.h"
#include "fix/enum_spelling.h"
#include "fix/place.h"
#include "fix/unused.h"
#include "sql/sql_name.h"

namespace windlass::fix {

namespace {

constexpr std::string_view kNoValue =
    "what the rows that are there are to hold is for a person to decide: neither a default of the column nor "
    "a literal in its definition tells";

/// A literal of Python as SQL writes it; empty for anything else, and where text() would read it otherwise.
std::string as_sql(const PythonSource& source, const Node& value) {
  if (value.is("Constant:int") || value.is("Constant:float") || value.is("Constant:bool"))
    return base::to_lower(source.text_of(value));
  if (!value.is("Constant:str") || value.text.find_first_of(":\\%\r\n") != std::string::npos) return "";
  std::string quoted = "'";
  for (const char c : value.text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + "'";
}

/// Whether the column (".people.email", perhaps with its schema) has a default of the server's when the
/// statement at `place` begins.
bool has_default(const run::Evidence& evidence, const std::string& column, const base::Location& place) {
  std::string definition;
  for (const record::Statement& statement : evidence.recording.statements) {
    const base::Location& at = statement.source.location;
    if (at.file == place.file && at.line == place.line) break;
    for (const catalog::Effect& effect : statement.effects)
      if (effect.object.kind == "column" && effect.object.name.ends_with(column) && !effect.rolled_back)
        definition = effect.after;
  }
  const auto json = nlohmann::json::parse(definition, nullptr, false);
  return json.is_object() && json.contains("default") && json["default"].is_string();
}

/// The call's table, column and schema as the source writes them, and as SQL does.
struct Written {
  std::string table_sql, column_sql;
  std::string arguments, tail;        ///< "\"people\", \"email\"", ", schema=\"x\""
  std::string schema, table, column;  ///< schema: empty where none is written

  std::string alter(const std::string& op) const {
    return fmt::format("{}.alter_column({}, nullable=False{})", op, arguments, tail);
  }
};

Mended<Written> written(const PythonSource& source, const Node& call, const Node* column) {
  const Node* table = argument(call, 0, "table_name");
  const Node* named = keyword(call, "schema");
  const Node* schema = named != nullptr ? named->child("value") : nullptr;
  const auto of_table = string_value(table), of_column = string_value(column);
  const bool known_schema = schema == nullptr || string_value(schema);
  if (!of_table || !of_column || !known_schema)
    return not_mended(
        fmt::format("{} does not write the table and the column as literals", where(source, call)));
  std::vector<std::string> parts;
  if (schema != nullptr) parts.push_back(*string_value(schema));
  parts.push_back(*of_table);
  return Written{sql::sql_name(parts),
                 sql::sql_name({*of_column}),
                 fmt::format("{}, {}", source.text_of(*table), source.text_of(*column)),
                 schema != nullptr ? fmt::format(", schema={}", source.text_of(*schema)) : "",
                 schema != nullptr ? *string_value(schema) : "",
                 *of_table,
                 *of_column};
}

/// The table where the finding is, to be filled in batches; nothing where it is not known.
std::optional<Backfill> batched(const Ground& ground, const PythonSource& source, const std::string& op,
                                const Written& names) {
  const int at = first_statement_at(ground.evidence, ground.finding.location, ground.finding.revision);
  const auto table = table_then(ground.evidence, names.schema, names.table, at);
  if (at == 0 || !table) return std::nullopt;
  Backfill backfill;
  backfill.op = op;
  if (const std::string sa = source.module_alias("sqlalchemy"); !sa.empty()) backfill.sa = sa;
  backfill.table = *table;
  backfill.column = names.column_sql.empty() ? "" : names.column;
  backfill.table_sql = names.table_sql;
  return backfill;
}

/// What a person is to write. `expand`: lines that bring the column, nullable.
tl::unexpected<NotMended> for_a_person(const Ground& ground, const Place& place, const std::string& op,
                                       const Written& names, std::vector<std::string> expand) {
  auto backfill = batched(ground, *place.source, op, names);
  if (!backfill) return not_mended(std::string(kNoValue));
  backfill->value = "<VALUE>";
  backfill->value_decided = false;
  std::vector<std::string> lines = std::move(expand);
  for (std::string& line : in_batches_and_not_null(*backfill, names.alter(op)))
    lines.push_back(std::move(line));
  std::vector<std::string> steps;
  for (const std::string& each : ground.finding.fix.steps)
    if (base::contains(each, "\nSELECT ")) steps.push_back(each);
  steps.push_back(fmt::format("Write this in place of {}, and decide what stands for <VALUE>:",
                              where(*place.source, *place.call)));
  steps.push_back(base::join(lines, "\n"));
  if (place.source->module_alias("sqlalchemy").empty())
    steps.emplace_back("It needs this import:\nimport sqlalchemy as sa");
  steps.push_back(
      "The batches can be run again where they were cut off, and pass over what is filled. What stands "
      "before "
      "them in the revision is committed by then: put the batches and what follows into a revision of its "
      "own "
      "behind it, so that a run that is cut off begins with them.");
  return not_mended(std::string(kNoValue), std::move(steps));
}

/// The text of a statement, its further lines without its own indentation.
std::string dedented(const PythonSource& source, const Node& statement, const Node& flag) {
  std::string text(source.text_of(statement));
  text.replace(flag.begin - statement.begin, flag.end - flag.begin, "True");
  const std::string_view indentation = edit::indentation_at(source.text(), statement.begin);
  text = base::replace_all(text, std::string(source.ending()) + std::string(indentation), "\n");
  return text;
}

/// Whether the lines of batches would give another meaning to a name that the source has.
bool names_are_free(const PythonSource& source) {
  return std::none_of(kNamesOfBatches.begin(), kNamesOfBatches.end(), [&](std::string_view name) {
    return source.binds(name) || used_outside(source, name, {});
  });
}

/// Whether upgrade() does nothing before a statement.
bool does_nothing_before(const PythonSource& source, const Node& statement) {
  const Node* upgrade = source.function("upgrade");
  if (upgrade == nullptr || source.parent(statement) != upgrade) return false;
  for (const Node& each : upgrade->children("body")) {
    if (&each == &statement) return true;
    const Node* value = each.is("Expr") ? each.child("value") : nullptr;
    if (!each.is("Pass") && !each.is("Import") && !each.is("ImportFrom") &&
        (value == nullptr || !value->is("Constant:str")))
      return false;
  }
  return false;
}

std::string backfill(const std::string& op, const Written& names, const std::string& value) {
  return fmt::format(
      "{}.execute({})", op,
      diagnose::python_strings({fmt::format("UPDATE {} SET {} = {} WHERE {} IS NULL", names.table_sql,
                                            names.column_sql, value, names.column_sql)}));
}

/// op.add_column(..., sa.Column(..., nullable=False, default=...)): nullable, filled, NOT NULL.
Mended<Mend> of_new_column(const Ground& ground, const Place& place, const std::string& op) {
  const PythonSource& source = *place.source;
  const Node* column = argument(*place.call, 1, "column");
  const Node* callee = column != nullptr && column->is("Call") ? column->child("func") : nullptr;
  if (callee == nullptr || !source.qualified(*callee).ends_with("Column"))
    return not_mended(fmt::format("{} does not write the column in place", where(source, *place.call)));
  const Node* nullable = keyword(*column, "nullable");
  const Node* flag = nullable != nullptr ? nullable->child("value") : nullptr;
  if (flag == nullptr || source.text_of(*flag) != "False")
    return not_mended(fmt::format("{} does not say nullable=False", where(source, *place.call)));
  const Node* given = keyword(*column, "default");
  const std::string value = given != nullptr ? as_sql(source, *given->child("value")) : "";
  const Written names = WINDLASS_TRY(written(source, *place.call, argument(*column, 0, "name")));
  if (value.empty())
    return for_a_person(ground, place, op, names,
                        base::split(dedented(source, *place.statement, *flag), '\n'));
  Mend mend;
  mend.edits[source.file()] = {
      {flag->begin, flag->end, "True"},
      source.behind(*place.statement, {backfill(op, names, value), names.alter(op)})};
  mend.summary = fmt::format(
      "The column comes nullable, the rows that are there get {}, which is what new rows get, and then it is "
      "made NOT NULL.",
      value);
  return mend;
}

/// op.alter_column(..., nullable=False) of a column that has a default.
Mended<Mend> of_old_column(const Ground& ground, const Place& place, const std::string& op) {
  const PythonSource& source = *place.source;
  const Node* nullable = keyword(*place.call, "nullable");
  if (nullable == nullptr || source.text_of(*nullable->child("value")) != "False")
    return not_mended(fmt::format("{} does not say nullable=False", where(source, *place.call)));
  if (keyword(*place.call, "server_default") != nullptr || keyword(*place.call, "new_column_name") != nullptr)
    return not_mended("it changes the column's default or name, too");
  const Written names = WINDLASS_TRY(written(source, *place.call, argument(*place.call, 1, "column_name")));
  if (!has_default(ground.evidence, fmt::format("{}.{}.{}", names.schema, names.table, names.column),
                   ground.finding.location))
    return for_a_person(ground, place, op, names, {});
  Mend mend;
  std::vector<edit::Edit>& edits = mend.edits[source.file()];
  std::optional<Backfill> batches = batched(ground, source, op, names);
  if (batches && !batches->table.primary_key.empty() && names_are_free(source) &&
      does_nothing_before(source, *place.statement)) {
    batches->value = "DEFAULT";
    if (source.module_alias("sqlalchemy").empty()) {
      if (source.binds("sa")) batches->sa = "sqlalchemy";
      edits.push_back(source.import(batches->sa == "sa" ? "import sqlalchemy as sa" : "import sqlalchemy"));
    }
    edits.push_back(source.before(*place.statement, in_batches(*batches)));
    mend.summary =
        "Rows without a value get the column's default, in batches that are committed one by one, before it "
        "is "
        "made NOT NULL.";
    return mend;
  }
  edits = {source.before(*place.statement, {backfill(op, names, "DEFAULT")})};
  mend.summary = "Rows without a value get the column's default before it is made NOT NULL.";
  return mend;
}

}  // namespace

Mended<Mend> fill_before_not_null(const Ground& ground) {
  if (!ground.finding.object || ground.finding.object->kind != "column")
    return not_mended("it is not known which column it is");
  const Place place = WINDLASS_TRY(place_of(ground, ground.finding.location));
  const PythonSource& source = *place.source;
  const std::string op = WINDLASS_TRY(op_of(source));
  if (!place.statement->is("Expr") || place.statement->child("value") != place.call)
    return not_mended(
        fmt::format("the call at {} is part of a larger statement", where(source, *place.call)));
  const Node* callee = place.call->child("func");
  const std::string name = callee != nullptr ? source.qualified(*callee) : "";
  if (name == "alembic.op.add_column") return of_new_column(ground, place, op);
  if (name == "alembic.op.alter_column") return of_old_column(ground, place, op);
  return not_mended(
      fmt::format("{} is neither op.add_column nor op.alter_column", where(source, *place.call)));
}

}  // namespace windlass::fix
