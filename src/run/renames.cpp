#include "run/renames.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.h"
#include "catalog/wholes.h"
#include "ddl/words.h"
#include "pg/connection.h"
#include "run/turn.h"
#include "sql/sql_name.h"

namespace windlass::run {

namespace {

using catalog::Change;
using catalog::Difference;
using catalog::Object;

ddl::Step step_of(const Object& object, std::vector<std::string> statements) {
  return {object, std::move(statements)};
}

/// ALTER ... RENAME for an object that is part of a relation.
std::vector<ddl::Step> rename_part(const ddl::Schema& a, const Object& object, const catalog::Fact& relation,
                                   const std::string& to) {
  const ddl::Named* whole = a.named_of(relation.object);
  const ddl::Named* named = a.named_of(object);
  if (whole == nullptr || named == nullptr || !to.starts_with(relation.object.name + ".")) return {};
  const std::string new_name = sql::sql_name({to.substr(relation.object.name.size() + 1)});
  const std::string old_name = sql::sql_name({ddl::part_name(object, relation)});
  if (object.kind == "column" || object.kind == "constraint")
    return {step_of(object, {fmt::format("ALTER {} {} RENAME {} {} TO {}", ddl::keyword(whole->type),
                                         whole->identity, ddl::keyword(named->type), old_name, new_name)})};
  return {step_of(object, {fmt::format("ALTER {} {} RENAME TO {}", ddl::keyword(named->type), named->identity,
                                       new_name)})};
}

std::vector<ddl::Step> rename_whole(const ddl::Schema& a, const ddl::Schema& b, const Object& object,
                                    const Object& target) {
  const ddl::Named* named = a.named_of(object);
  if (named == nullptr || b.named_of(target) == nullptr) return {};
  const std::string kind = ddl::keyword(named->type);
  if (object.kind == "schema")
    return {step_of(object, {fmt::format("ALTER SCHEMA {} RENAME TO {}", named->identity,
                                         sql::sql_name({target.name}))})};
  const auto [old_schema, old_rest] = catalog::schema_and_name(object.name);
  const auto [new_schema, new_rest] = catalog::schema_and_name(target.name);
  const auto bare = [](const std::string& name) { return name.substr(0, name.find('(')); };
  std::vector<ddl::Step> steps;
  if (bare(old_rest) != bare(new_rest))
    steps.push_back(step_of(object, {fmt::format("ALTER {} {} RENAME TO {}", kind, named->identity,
                                                 sql::sql_name({bare(new_rest)}))}));
  if (old_schema != new_schema) {
    const size_t arguments = named->identity.find('(');
    const std::string renamed = sql::sql_name({old_schema, bare(new_rest)}) +
                                (arguments == std::string::npos ? "" : named->identity.substr(arguments));
    steps.push_back(step_of(
        object, {fmt::format("ALTER {} {} SET SCHEMA {}", kind, renamed, sql::sql_name({new_schema}))}));
  }
  return steps;
}

bool has_label(const catalog::Fact* type, const std::string& label) {
  if (type == nullptr) return false;
  const nlohmann::json definition = nlohmann::json::parse(type->definition, nullptr, false);
  const nlohmann::json labels =
      definition.is_object() ? definition.value("labels", nlohmann::json::array()) : nlohmann::json::array();
  return std::find(labels.begin(), labels.end(), nlohmann::json(label)) != labels.end();
}

/// "public.mood.sad=public.mood.unhappy".
std::vector<ddl::Step> rename_label(const ddl::Schema& a, const ddl::Schema& b, const std::string& from,
                                    const std::string& to) {
  for (const catalog::Fact& fact : a.snapshot().facts) {
    const std::string start = fact.object.name + ".";
    if (fact.object.kind != "type" || !from.starts_with(start) || !to.starts_with(start)) continue;
    const std::string old_label = from.substr(start.size()), new_label = to.substr(start.size());
    const ddl::Named* named = a.named_of(fact.object);
    if (named == nullptr || !has_label(&fact, old_label) ||
        !has_label(b.snapshot().find(fact.object), new_label))
      continue;
    return {step_of(fact.object, {fmt::format("ALTER TYPE {} RENAME VALUE {} TO {}", named->identity,
                                              pg::quote_literal(old_label), pg::quote_literal(new_label))})};
  }
  return {};
}

/// A column that only one side has: its table, its own name, its type.
struct Column {
  std::string table, name, type;
};

Column column_of(const ddl::Schema& schema, const Object& object, const std::string& definition) {
  const catalog::Fact* relation = schema.relation_of(object);
  if (relation == nullptr) return {};
  const nlohmann::json parsed = nlohmann::json::parse(definition, nullptr, false);
  return {relation->object.name, ddl::part_name(object, *relation),
          parsed.is_object() ? parsed.value("type", "") : ""};
}

/// Of each table the names and types of the columns that the differences bring or take.
std::map<std::string, std::set<std::string>> columns_by_table(const ddl::Schema& schema,
                                                              const std::vector<Difference>& differences,
                                                              Change change) {
  std::map<std::string, std::set<std::string>> columns;
  for (const Difference& each : differences) {
    if (each.change != change || each.object.kind != "column") continue;
    const Column column =
        column_of(schema, each.object, change == Change::Created ? each.after : each.before);
    columns[column.table].insert(column.name + " " + column.type);
  }
  return columns;
}

}  // namespace

base::Result<std::vector<ddl::Step>> rename_steps(const ddl::Schema& a, const ddl::Schema& b,
                                                  const std::vector<Difference>& differences,
                                                  const std::string& from, const std::string& to) {
  std::vector<ddl::Step> steps;
  for (const Difference& gone : differences) {
    if (gone.change != Change::Dropped || gone.object.name != from) continue;
    const Object target{gone.object.kind, to};
    const bool comes = std::any_of(differences.begin(), differences.end(), [&](const Difference& each) {
      return each.change == Change::Created && each.object == target;
    });
    if (!comes) continue;
    const catalog::Fact* relation = a.relation_of(gone.object);
    const bool part = relation != nullptr && relation->object != gone.object && gone.object.kind != "index" &&
                      gone.object.kind != "sequence";
    for (ddl::Step& step :
         part ? rename_part(a, gone.object, *relation, to) : rename_whole(a, b, gone.object, target))
      steps.push_back(std::move(step));
  }
  if (steps.empty()) steps = rename_label(a, b, from, to);
  if (steps.empty()) {
    std::vector<std::string> names;
    for (const Difference& each : differences)
      if (each.change == Change::Dropped) names.push_back(each.object.name);
    const std::string nearest = base::nearest(from, names);
    return base::fail({"rename", from + " to " + to,
                       "there is no object of one kind that only A calls the first and only B the second",
                       nearest.empty() || nearest == from
                           ? "Write both as the comparison does: public.users.mail=public.users.email."
                           : "Did you mean " + nearest + "?",
                       base::Exit::Usage});
  }
  return steps;
}

std::vector<Rename> possible_renames(const ddl::Schema& a, const ddl::Schema& b,
                                     const std::vector<Difference>& differences) {
  std::vector<Rename> renames;
  const auto gone = columns_by_table(a, differences, Change::Dropped);
  const auto fresh = columns_by_table(b, differences, Change::Created);
  const auto alike = [&](const Difference& old, const Difference& each) {
    if (old.object.kind == "column") {
      const Column from = column_of(a, old.object, old.before), to = column_of(b, each.object, each.after);
      return !from.table.empty() && from.table == to.table && from.type == to.type;
    }
    if (!catalog::is_relation(old.object.kind)) return false;
    const auto has = gone.find(old.object.name), wants = fresh.find(each.object.name);
    return has != gone.end() && wants != fresh.end() && has->second == wants->second;
  };
  for (const Difference& old : differences)
    for (const Difference& each : differences)
      if (old.change == Change::Dropped && each.change == Change::Created &&
          each.object.kind == old.object.kind && alike(old, each))
        renames.push_back({old.object, each.object});
  return renames;
}

}  // namespace windlass::run
