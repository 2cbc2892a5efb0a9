// A type that is made anew while columns have it.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "ddl/change.h"
#include "ddl/words.h"
#include "sql/sql_name.h"

namespace windlass::ddl {

namespace {

using nlohmann::json;

std::string default_of(const Schema& schema, const catalog::Object& column) {
  const catalog::Fact* fact = schema.snapshot().find(column);
  return fact == nullptr ? std::string() : text_of(json::parse(fact->definition, nullptr, false), "default");
}

/// Whether what is done to the default of a parent's column does for an inherited one.
bool has_parents_default(const Planning& planning, const catalog::Object& column,
                         const catalog::Fact& relation) {
  const json parents = json::parse(relation.definition, nullptr, false).value("parents", json::array());
  return std::any_of(parents.begin(), parents.end(), [&](const json& parent) {
    const catalog::Fact* of =
        parent.is_string() ? relation_called(planning.a, parent.get<std::string>()) : nullptr;
    if (of == nullptr) return false;
    const catalog::Object of_parent{"column", of->object.name + "." + part_name(column, relation)};
    return default_of(planning.a, of_parent) == default_of(planning.a, column) &&
           default_of(planning.b, of_parent) == default_of(planning.b, column);
  });
}

bool has_type(const json& column, const Named& type) {
  const std::string has = text_of(column, "type");
  return has == type.identity || has == type.identity + "[]";
}

}  // namespace

bool columns_have(const Schema& schema, const Named& type) {
  return std::any_of(
      schema.snapshot().facts.begin(), schema.snapshot().facts.end(), [&](const catalog::Fact& fact) {
        return fact.object.kind == "column" && has_type(json::parse(fact.definition, nullptr, false), type);
      });
}

std::vector<std::string> new_type_statements(
    const Planning& planning, const Altered& altered, const Named& named,
    const std::function<std::string(const std::string&, const std::string&, bool)>& convert) {
  const DumpEntry* entry = planning.b.entry_of(altered.difference.object);
  if (entry == nullptr || entry->statements.empty()) return {};
  const auto [schema, own_name] = catalog::schema_and_name(altered.difference.object.name);
  const std::string old_name = own_name + "_windlass_old";
  const std::string old_identity = sql::sql_name({schema, old_name});
  std::vector<std::string> before, changes, afterwards;
  for (const catalog::Fact& fact : planning.a.snapshot().facts) {
    if (fact.object.kind != "column") continue;
    const json column = json::parse(fact.definition, nullptr, false);
    if (!has_type(column, named)) continue;
    const std::string type = text_of(column, "type");
    const bool array = type != named.identity;
    const catalog::Fact* relation = planning.a.relation_of(fact.object);
    const Named* table = relation == nullptr ? nullptr : planning.a.named_of(relation->object);
    if (table == nullptr) continue;
    const std::string part = sql::sql_name({part_name(fact.object, *relation)});
    // A default is an expression of the old type.
    const std::string value = text_of(column, "default");
    std::string sql = fmt::format("ALTER {} {} ", keyword(table->type), table->identity);
    // No statement converts what is generated: it is made anew behind this, and what is in it comes back.
    if (column.contains("generated")) {
      if (!column.contains("inherited")) before.push_back(sql + "DROP COLUMN " + part);
      continue;
    }
    if (column.contains("inherited")) {  // its type goes with the parent's, its own default does not
      if (value.empty() || has_parents_default(planning, fact.object, *relation)) continue;
      const std::string wanted = default_of(planning.b, fact.object);
      before.push_back(sql + fmt::format("ALTER COLUMN {} DROP DEFAULT", part));
      afterwards.push_back(sql + (wanted.empty()
                                      ? fmt::format("ALTER COLUMN {} DROP DEFAULT", part)
                                      : fmt::format("ALTER COLUMN {} SET DEFAULT {}", part, wanted)));
      continue;
    }
    if (!value.empty()) sql += fmt::format("ALTER COLUMN {} DROP DEFAULT, ", part);
    sql += fmt::format("ALTER COLUMN {} TYPE {} USING {}", part, type, convert(part, type, array));
    // As B has it, where it has it: the old default may be a label that goes.
    const catalog::Fact* wanted = planning.b.snapshot().find(fact.object);
    const std::string new_value =
        wanted == nullptr ? value : text_of(json::parse(wanted->definition, nullptr, false), "default");
    if (!value.empty() && !new_value.empty())
      sql += fmt::format(", ALTER COLUMN {} SET DEFAULT {}", part, new_value);
    changes.push_back(sql);
  }
  std::vector<std::string> statements = {
      fmt::format("ALTER TYPE {} RENAME TO {}", named.identity, sql::sql_name({old_name})),
      entry->statements.front()};
  for (const std::vector<std::string>* each : {&before, &changes, &afterwards})
    statements.insert(statements.end(), each->begin(), each->end());
  statements.push_back("DROP TYPE " + old_identity);
  return around_catalog_tables(planning.a, catalog_tables(planning.a), statements);
}

}  // namespace windlass::ddl
