// Columns: made, dropped, and every attribute altered.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "catalog/definition.h"
#include "ddl/change.h"
#include "ddl/conversion_told.h"
#include "ddl/type_change.h"
#include "ddl/words.h"
#include "pg/connection.h"
#include "sql/sql_name.h"

namespace windlass::ddl {

namespace {

using catalog::Difference;
using catalog::Object;
using nlohmann::json;

/// A column, and how its table is altered.
struct Place {
  std::string alter;   ///< "ALTER TABLE public.users "
  std::string column;  ///< "email", quoted where it must be
  std::string table;   ///< of the facts: "public.users"
};

bool find(const Schema& schema, const Object& column, Place& place) {
  const catalog::Fact* relation = schema.relation_of(column);
  const Named* named = relation == nullptr ? nullptr : schema.named_of(relation->object);
  if (named == nullptr) return false;
  place.alter = fmt::format("ALTER {} {} ", keyword(named->type), named->identity);
  place.column = sql::sql_name({part_name(column, *relation)});
  place.table = relation->object.name;
  return true;
}

std::string type_sql(const json& definition) {
  std::string sql = text_of(definition, "type");
  if (const std::string collation = text_of(definition, "collation"); !collation.empty())
    sql += " COLLATE " + collation;
  return sql;
}

std::string identity_words(const json& definition) {
  return text_of(definition, "identity") == "always" ? "ALWAYS" : "BY DEFAULT";
}

/// An expression as the server renders it, which has parentheses around all but the simplest.
std::string in_parentheses(const std::string& expression) { return "(" + expression + ")"; }

/// The sequence that `column` owns in `schema`, or nullptr.
const catalog::Fact* sequence_of(const Schema& schema, const Object& column) {
  for (const catalog::Fact& fact : schema.snapshot().facts)
    if (fact.object.kind == "sequence" &&
        base::contains(fact.definition, "\"owned_by\":" + json(column.name).dump()))
      return &fact;
  return nullptr;
}

/// "GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME ... START WITH ...)".
std::string identity_sql(const Planning& planning, const Object& column, const json& definition) {
  std::string sql = " GENERATED " + identity_words(definition) + " AS IDENTITY";
  const catalog::Fact* sequence = sequence_of(planning.b, column);
  const Named* named = sequence == nullptr ? nullptr : planning.b.named_of(sequence->object);
  if (named == nullptr) return sql;
  const json parsed = json::parse(sequence->definition, nullptr, false);
  const json options = parsed.value("sequence", json::object());
  return sql +
         fmt::format(" (SEQUENCE NAME {} START WITH {} INCREMENT BY {} MINVALUE {} MAXVALUE {} CACHE {}{})",
                     named->identity, text_of(options, "start"), text_of(options, "increment"),
                     text_of(options, "min"), text_of(options, "max"), text_of(options, "cache"),
                     options.value("cycle", false) ? " CYCLE" : "");
}

void plan_type_change(Planning& planning, Altered& altered, const Place& place) {
  const std::string type = altered.is("type");
  const std::string change = fmt::format("ALTER COLUMN {} TYPE {}", place.column, type_sql(altered.after));
  std::vector<std::vector<std::string>> ways;
  const std::string old_default = altered.was("default"), new_default = altered.is("default");
  const std::string before =
      old_default.empty() ? "" : fmt::format("ALTER COLUMN {} DROP DEFAULT, ", place.column);
  const std::string after =
      new_default.empty() ? "" : fmt::format(", ALTER COLUMN {} SET DEFAULT {}", place.column, new_default);
  const std::string bare = without_modifiers(type);
  for (const std::string& use : {std::string(), fmt::format(" USING {}::{}", place.column, bare),
                                 fmt::format(" USING {}::text::{}", place.column, bare)}) {
    ways.push_back({place.alter + change + use});
    if (!before.empty()) ways.push_back({place.alter + before + change + use + after});
  }
  Step& step = planning.add(altered.difference, ways.front());
  step.instead.assign(ways.begin() + 1, ways.end());
  if (const catalog::Fact* fact = planning.a.snapshot().find(altered.difference.object)) step.row = fact->id;
  tell_conversion(planning, altered.was("type"), type, fmt::format("{}.{}", place.table, place.column), step);
  altered.take("default");
}

void plan_default(Planning& planning, Altered& altered, const Place& place) {
  const std::string value = altered.is("default");
  planning.add(altered.difference, {place.alter + fmt::format("ALTER COLUMN {} ", place.column) +
                                    (value.empty() ? "DROP DEFAULT" : "SET DEFAULT " + value)});
}

void plan_generated(Planning& planning, Altered& altered, const Place& place) {
  const bool was = !altered.was("generated").empty(), is = !altered.is("generated").empty();
  const bool same_kind = altered.was("generated_kind") == altered.is("generated_kind");
  if (was && is && same_kind && planning.a.server_major() >= 17) {
    planning.add(altered.difference,
                 {place.alter + fmt::format("ALTER COLUMN {} SET EXPRESSION AS {}", place.column,
                                            in_parentheses(altered.is("generated")))});
  } else if (was && !is && altered.was("generated_kind").empty()) {
    planning.add(altered.difference,
                 {place.alter + fmt::format("ALTER COLUMN {} DROP EXPRESSION", place.column)});
  } else {
    // Made anew at the end of the table; what was generated comes back by itself.
    planning.drop(
        altered.difference,
        was ? "" : fmt::format("what is in {}.{}: it becomes a generated column", place.table, place.column));
  }
}

/// From PostgreSQL 18 on a NOT NULL is a constraint with a name.
void plan_not_null_constraint(Planning& planning, Altered& altered, const Place& place) {
  const std::string was = altered.was("not_null_constraint"), is = altered.is("not_null_constraint");
  const bool renamed = altered.take("not_null_constraint") && !was.empty() && !is.empty();
  const std::string name = sql::sql_name({is.empty() ? was : is});
  if (renamed)
    planning.add(altered.difference,
                 {fmt::format("{}RENAME CONSTRAINT {} TO {}", place.alter, sql::sql_name({was}), name)});
  if (altered.take("not_null_no_inherit"))
    planning.add(altered.difference,
                 {fmt::format("{}ALTER CONSTRAINT {} {}", place.alter, name,
                              altered.after.contains("not_null_no_inherit") ? "NO INHERIT" : "INHERIT")});
  if (altered.take("not_null_valid")) {
    if (altered.after.contains("not_null_valid"))
      planning.add(altered.difference, {fmt::format("{}DROP CONSTRAINT {}", place.alter, name),
                                        fmt::format("{}ADD CONSTRAINT {} NOT NULL {} NOT VALID", place.alter,
                                                    name, place.column)});
    else
      planning.add(altered.difference, {fmt::format("{}VALIDATE CONSTRAINT {}", place.alter, name)})
          .refused_by = fmt::format("rows whose {} is NULL", place.column);
  }
}

}  // namespace

void plan_new_column(Planning& planning, const Difference& difference) {
  Place place;
  const json definition = json::parse(difference.after, nullptr, false);
  if (!find(planning.b, difference.object, place) || !definition.is_object() ||
      definition.contains("inherited"))
    return;
  std::string sql = place.alter + "ADD COLUMN " + place.column + " " + type_sql(definition);
  const std::string value = text_of(definition, "default"), generated = text_of(definition, "generated");
  if (!value.empty()) sql += " DEFAULT " + value;
  if (!generated.empty())
    sql += fmt::format(" GENERATED ALWAYS AS {} {}", in_parentheses(generated),
                       text_of(definition, "generated_kind") == "virtual" ? "VIRTUAL" : "STORED");
  const bool identity = definition.contains("identity");
  if (identity) sql += identity_sql(planning, difference.object, definition);
  const bool not_null = definition.value("not_null", false);
  if (not_null) sql += " NOT NULL";
  Step& step = planning.add(difference, {sql});
  if (not_null && value.empty() && generated.empty() && !identity)
    step.refused_by = fmt::format("any row of {}: the new column has no value for it", place.table);
}

void plan_gone_column(Planning& planning, const Difference& difference) {
  const catalog::Fact* relation = planning.a.relation_of(difference.object);
  const json definition = json::parse(difference.before, nullptr, false);
  if (relation == nullptr || definition.contains("inherited")) return;
  const bool generated = definition.contains("generated");
  planning.drop(difference, generated || relation->object.kind == "foreign table"
                                ? ""
                                : "what is in " + difference.object.name);
}

namespace {

/// A column that has only been inherited is the table's own, too, once the table has left its parents and
/// come back. That is so of all its columns at once: only where B has none that is still only inherited.
void plan_own(Planning& planning, const Altered& altered, const Place& place) {
  const catalog::Fact* relation = planning.a.relation_of(altered.difference.object);
  if (relation == nullptr || !altered.before.value("inherited", false)) return;
  const json table = json::parse(relation->definition, nullptr, false);
  if (!table.is_object() || !text_of(table, "partition").empty()) return;
  for (const catalog::Fact& fact : planning.b.snapshot().facts) {
    if (fact.object.kind != "column" || !base::contains(fact.definition, "\"inherited\":true")) continue;
    const catalog::Fact* of = planning.b.relation_of(fact.object);
    if (of == nullptr || of->object == relation->object) return;
  }
  std::vector<std::string> statements;
  for (const char* way : {"NO INHERIT ", "INHERIT "})
    for (const json& parent : table.value("parents", json::array()))
      if (parent.is_string()) statements.push_back(place.alter + way + parent.get<std::string>());
  const bool told = std::any_of(planning.steps.begin(), planning.steps.end(),
                                [&](const Step& each) { return each.statements == statements; });
  if (!statements.empty() && !told) planning.add(altered.difference, std::move(statements));
}

}  // namespace

void plan_column(Planning& planning, Altered& altered) {
  Place place;
  if (!find(planning.a, altered.difference.object, place)) return;
  const std::string column = fmt::format("ALTER COLUMN {} ", place.column);
  const auto alter = [&](const std::string& what) -> Step& {
    return planning.add(altered.difference, {place.alter + what});
  };
  const bool type = altered.take("type"), collation = altered.take("collation");
  if (type || collation) plan_type_change(planning, altered, place);
  const bool generated = altered.take("generated"), generated_kind = altered.take("generated_kind");
  if (generated || generated_kind) {
    plan_generated(planning, altered, place);
  } else if (altered.take("default")) {
    plan_default(planning, altered, place);
  }
  if (altered.take("not_null")) {
    const bool now = altered.after.value("not_null", false);
    // Under an identity it is there by itself.
    Step& step = alter(column + (now ? "SET NOT NULL" : "DROP NOT NULL"));
    if (now) step.refused_by = fmt::format("rows whose {} is NULL", place.column);
  }
  if (altered.take("identity")) {
    const bool was = altered.before.contains("identity"), now = altered.after.contains("identity");
    if (was && now)
      alter(column + "SET GENERATED " + identity_words(altered.after));
    else if (was)
      alter(column + "DROP IDENTITY");
    else
      alter(column + "ADD" + identity_sql(planning, altered.difference.object, altered.after));
  }
  if (altered.take("storage")) {
    const std::string storage = altered.is("storage");
    // Back to what the type has: 16 knows DEFAULT; nothing else says it.
    if (!storage.empty())
      alter(column + "SET STORAGE " + keyword(storage));
    else
      planning.add(altered.difference, {place.alter + column + "SET STORAGE DEFAULT"}).instead = {
          {place.alter + column + "SET STORAGE EXTENDED"},
          {place.alter + column + "SET STORAGE PLAIN"},
          {place.alter + column + "SET STORAGE MAIN"}};
  }
  if (altered.take("compression"))
    alter(column + "SET COMPRESSION " +
          (altered.is("compression").empty() ? "DEFAULT" : altered.is("compression")));
  if (altered.take("statistics"))
    alter(column + "SET STATISTICS " + (altered.is("statistics").empty() ? "-1" : altered.is("statistics")));
  if (altered.take("settings"))
    for (const std::string& change :
         option_changes(altered.before.value("settings", json()), altered.after.value("settings", json())))
      alter(column + change);
  if (altered.take("options"))
    if (const std::string change = foreign_option_changes(altered.before.value("options", json()),
                                                          altered.after.value("options", json()))
                                       .sql;
        !change.empty())
      alter(column + change);
  if (altered.take("inherited")) plan_own(planning, altered, place);
  plan_not_null_constraint(planning, altered, place);
}

}  // namespace windlass::ddl
