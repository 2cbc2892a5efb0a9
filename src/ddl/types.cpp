// Types: labels of enums, domains, composite types; the others are made anew.
#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "ddl/change.h"
#include "ddl/words.h"
#include "pg/connection.h"
#include "sql/sql_name.h"

namespace windlass::ddl {

namespace {

using nlohmann::json;

std::vector<std::string> labels_of(const json& definition) {
  std::vector<std::string> labels;
  for (const json& each : definition.value("labels", json::array()))
    labels.push_back(each.get<std::string>());
  return labels;
}

/// Labels that are only added, each beside one that is there.
bool add_labels(Planning& planning, const Altered& altered, const Named& named) {
  const std::vector<std::string> has = labels_of(altered.before), wants = labels_of(altered.after);
  size_t found = 0;
  for (const std::string& label : wants)
    if (found < has.size() && has[found] == label) ++found;
  if (found < has.size()) return false;
  found = 0;
  for (size_t i = 0; i < wants.size(); ++i) {
    if (found < has.size() && has[found] == wants[i]) {
      ++found;
      continue;
    }
    // Behind the one before it, which is there by now; the first of all in front of what was first.
    std::string where;
    if (found < has.size() && i == 0)
      where = " BEFORE " + pg::quote_literal(has.front());
    else if (found < has.size())
      where = " AFTER " + pg::quote_literal(wants[i - 1]);
    Step& step = planning.add(altered.difference, {fmt::format("ALTER TYPE {} ADD VALUE {}{}", named.identity,
                                                               pg::quote_literal(wants[i]), where)});
    step.apart = true;
  }
  return true;
}

std::string default_of(const Schema& schema, const catalog::Object& column) {
  const catalog::Fact* fact = schema.snapshot().find(column);
  return fact == nullptr ? std::string() : text_of(json::parse(fact->definition, nullptr, false), "default");
}

/// Whether what is done to the default of a parent's column does for an inherited one.
bool has_parents_default(const Planning& planning, const catalog::Object& column,
                         const catalog::Fact& relation) {
  const json parents = json::parse(relation.definition, nullptr, false).value("parents", json::array());
  return std::any_of(parents.begin(), parents.end(), [&](const json& parent) {
    if (!parent.is_string()) return false;
    const catalog::Object of_parent{"column", parent.get<std::string>() + "." + part_name(column, relation)};
    return default_of(planning.a, of_parent) == default_of(planning.a, column) &&
           default_of(planning.b, of_parent) == default_of(planning.b, column);
  });
}

/// Labels that go, or change their order: the type is made anew, and the columns that have it are rewritten.
void new_enum(Planning& planning, const Altered& altered, const Named& named) {
  const DumpEntry* entry = planning.b.entry_of(altered.difference.object);
  if (entry == nullptr || entry->statements.empty()) return;
  const std::string& name = altered.difference.object.name;
  const auto [schema, own_name] = catalog::schema_and_name(name);
  const std::string old_name = own_name + "_windlass_old";
  const std::string old_identity = sql::sql_name({schema, old_name});
  std::vector<std::string> statements = {
      fmt::format("ALTER TYPE {} RENAME TO {}", named.identity, sql::sql_name({old_name})),
      entry->statements.front()};
  std::vector<std::string> afterwards;
  for (const catalog::Fact& fact : planning.a.snapshot().facts) {
    if (fact.object.kind != "column") continue;
    const json column = json::parse(fact.definition, nullptr, false);
    const std::string type = text_of(column, "type");
    const bool array = type == named.identity + "[]";
    if (type != named.identity && !array) continue;
    const catalog::Fact* relation = planning.a.relation_of(fact.object);
    const Named* table = relation == nullptr ? nullptr : planning.a.named_of(relation->object);
    if (table == nullptr) continue;
    const std::string part = sql::sql_name({part_name(fact.object, *relation)});
    // A default is an expression of the old type.
    const std::string value = text_of(column, "default");
    std::string sql = fmt::format("ALTER {} {} ", keyword(table->type), table->identity);
    if (column.contains("inherited")) {  // its type goes with the parent's, its own default does not
      if (value.empty() || has_parents_default(planning, fact.object, *relation)) continue;
      const std::string wanted = default_of(planning.b, fact.object);
      statements.insert(statements.begin() + 2, sql + fmt::format("ALTER COLUMN {} DROP DEFAULT", part));
      afterwards.push_back(sql + (wanted.empty()
                                      ? fmt::format("ALTER COLUMN {} DROP DEFAULT", part)
                                      : fmt::format("ALTER COLUMN {} SET DEFAULT {}", part, wanted)));
      continue;
    }
    if (!value.empty()) sql += fmt::format("ALTER COLUMN {} DROP DEFAULT, ", part);
    sql +=
        fmt::format("ALTER COLUMN {0} TYPE {1} USING {0}::{2}::{1}", part, type, array ? "text[]" : "text");
    // As B has it, where it has it: the old default may be a label that goes.
    const catalog::Fact* wanted = planning.b.snapshot().find(fact.object);
    const std::string new_value =
        wanted == nullptr ? value : text_of(json::parse(wanted->definition, nullptr, false), "default");
    if (!value.empty() && !new_value.empty())
      sql += fmt::format(", ALTER COLUMN {} SET DEFAULT {}", part, new_value);
    statements.push_back(sql);
  }
  statements.insert(statements.end(), afterwards.begin(), afterwards.end());
  statements.push_back("DROP TYPE " + old_identity);
  Step& step = planning.add(altered.difference, std::move(statements));
  if (const catalog::Fact* fact = planning.a.snapshot().find(altered.difference.object)) step.row = fact->id;
  std::vector<std::string> gone;
  const std::vector<std::string> wants = labels_of(altered.after);
  for (const std::string& label : labels_of(altered.before))
    if (!base::contains(wants, label)) gone.push_back(pg::quote_literal(label));
  if (!gone.empty()) step.refused_by = fmt::format("rows that have {}", base::join(gone, " or "));
}

void plan_domain(Planning& planning, Altered& altered, const Named& named) {
  if (altered.take("of") || altered.take("collation")) return planning.drop(altered.difference);
  const std::string alter = fmt::format("ALTER DOMAIN {} ", named.identity);
  const auto add = [&](const std::string& what) -> Step& {
    return planning.add(altered.difference, {alter + what});
  };
  if (altered.take("default"))
    add(altered.is("default").empty() ? "DROP DEFAULT" : "SET DEFAULT " + altered.is("default"));
  if (altered.take("not_null")) {
    const bool now = altered.after.value("not_null", false);
    Step& step = add(now ? "SET NOT NULL" : "DROP NOT NULL");
    if (now) step.refused_by = "rows that have NULL in a column of " + named.identity;
  }
  if (altered.take("checks")) {
    const json was = altered.before.value("checks", json::object()),
               is = altered.after.value("checks", json::object());
    for (const auto& [name, check] : was.items()) {
      if (is.contains(name) && is[name] == check) continue;
      if (is.contains(name) && check == is[name].get<std::string>() + " NOT VALID")
        add("VALIDATE CONSTRAINT " + sql::sql_name({name})).refused_by = "rows that break it";
      else
        add("DROP CONSTRAINT " + sql::sql_name({name}));
    }
    for (const auto& [name, check] : is.items()) {
      if (was.contains(name) && (was[name] == check || was[name] == check.get<std::string>() + " NOT VALID"))
        continue;
      add(fmt::format("ADD CONSTRAINT {} {}", sql::sql_name({name}), check.get<std::string>())).refused_by =
          "rows that break it";
    }
  }
}

std::map<std::string, std::string> attributes_of(const json& definition) {
  std::map<std::string, std::string> attributes;
  for (const json& each : definition.value("attributes", json::array()))
    attributes[each.at(0).get<std::string>()] = each.at(1).get<std::string>();
  return attributes;
}

void plan_composite(Planning& planning, Altered& altered, const Named& named) {
  if (!altered.take("attributes")) return;
  const std::map<std::string, std::string> was = attributes_of(altered.before),
                                           is = attributes_of(altered.after);
  const std::string alter = fmt::format("ALTER TYPE {} ", named.identity);
  size_t changes = 0;
  for (const auto& [name, type] : was) {
    if (is.contains(name)) continue;
    ++changes;
    planning.add(altered.difference, {alter + "DROP ATTRIBUTE " + sql::sql_name({name})}).loses =
        fmt::format("what is in {} of values of {}", name, named.identity);
  }
  for (const json& each : altered.after.value("attributes", json::array())) {
    const std::string name = each.at(0).get<std::string>(), type = each.at(1).get<std::string>();
    if (!was.contains(name))
      planning.add(altered.difference, {alter + "ADD ATTRIBUTE " + sql::sql_name({name}) + " " + type});
    else if (was.at(name) != type)
      planning.add(altered.difference,
                   {alter + "ALTER ATTRIBUTE " + sql::sql_name({name}) + " TYPE " + type});
    else
      continue;
    ++changes;
  }
  // Only their order differs: nothing but a new type has another one.
  if (changes == 0) planning.drop(altered.difference);
}

}  // namespace

void plan_type(Planning& planning, Altered& altered) {
  const Named* named = planning.a.named_of(altered.difference.object);
  if (named == nullptr) return;
  if (altered.take("is")) return planning.drop(altered.difference);
  if (altered.take("labels") && !add_labels(planning, altered, *named)) new_enum(planning, altered, *named);
  if (altered.was("is") == "domain") plan_domain(planning, altered, *named);
  if (altered.was("is") == "composite") plan_composite(planning, altered, *named);
  plan_other(planning, altered);
}

}  // namespace windlass::ddl
