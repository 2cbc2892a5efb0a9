// Tables that logical decoding reads as catalogs: no statement that would write such a table anew is taken.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "catalog/wholes.h"
#include "ddl/change.h"
#include "pg/connection.h"

namespace windlass::ddl {

namespace {

using nlohmann::json;

constexpr const char* kOff = "SET (user_catalog_table=false)";

/// What the option's text is where it is on; empty where it is not.
std::string catalog_option(const json& table) {
  constexpr std::string_view kOption = "user_catalog_table=";
  for (const json& each : table.value("options", json::array())) {
    const std::string option = each.is_string() ? each.get<std::string>() : std::string();
    if (!option.starts_with(kOption)) continue;
    const std::string value = base::to_lower(option.substr(kOption.size()));
    // The server takes any beginning of such a word that can mean no other.
    const bool off = value == "0" || value == "of" || value == "off" || value == "n" || value == "no" ||
                     (!value.empty() && std::string_view("false").starts_with(value));
    return off ? std::string() : option.substr(kOption.size());
  }
  return {};
}

/// Whether they are about the table, or one that it descends from: what is done to that is done to it.
bool are_about(const Schema& a, const std::vector<std::string>& statements, const catalog::Fact& table,
               int depth = 0) {
  const Named* named = a.named_of(table.object);
  if (named == nullptr || depth > 100) return false;
  const std::string start = "ALTER TABLE " + named->identity + " ";
  if (std::any_of(statements.begin(), statements.end(),
                  [&](const std::string& each) { return each.starts_with(start); }))
    return true;
  const json parents = json::parse(table.definition, nullptr, false).value("parents", json::array());
  return std::any_of(parents.begin(), parents.end(), [&](const json& each) {
    const catalog::Fact* parent = each.is_string() ? relation_called(a, each.get<std::string>()) : nullptr;
    return parent != nullptr && are_about(a, statements, *parent, depth + 1);
  });
}

}  // namespace

const catalog::Fact* relation_called(const Schema& schema, const std::string& identity) {
  for (const catalog::Fact& fact : schema.snapshot().facts) {
    if (!catalog::is_relation(fact.object.kind)) continue;
    const Named* named = schema.named_of(fact.object);
    if (named != nullptr && named->identity == identity) return &fact;
  }
  return nullptr;
}

std::vector<const catalog::Fact*> catalog_tables(const Schema& schema) {
  std::vector<const catalog::Fact*> tables;
  for (const catalog::Fact& fact : schema.snapshot().facts)
    if (fact.object.kind == "table" && base::contains(fact.definition, "user_catalog_table=") &&
        !catalog_option(json::parse(fact.definition, nullptr, false)).empty())
      tables.push_back(&fact);
  return tables;
}

std::vector<std::string> around_catalog_tables(const Schema& a,
                                               const std::vector<const catalog::Fact*>& tables,
                                               const std::vector<std::string>& statements) {
  std::vector<std::string> before, after;
  for (const catalog::Fact* table : tables) {
    if (!are_about(a, statements, *table)) continue;
    const std::string alter = fmt::format("ALTER TABLE {} ", a.named_of(table->object)->identity);
    if (base::contains(statements, alter + kOff)) continue;
    const std::string value = catalog_option(json::parse(table->definition, nullptr, false));
    before.push_back(alter + kOff);
    after.push_back(alter + fmt::format("SET (user_catalog_table={})", pg::quote_literal(value)));
  }
  before.insert(before.end(), statements.begin(), statements.end());
  before.insert(before.end(), after.begin(), after.end());
  return before;
}

}  // namespace windlass::ddl
