#include "catalog/live_only.h"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string_view>

#include "base/text.h"
#include "catalog/definition.h"
#include "catalog/members.h"
#include "catalog/readers.h"

namespace windlass::catalog {

namespace {

using nlohmann::json;

constexpr const char* kOrder = "column_order";

// Every attribute of sql/live_attributes.sql but the order of columns.
constexpr std::array<std::string_view, 8> kAttributes = {
    "clustered",      "index_tablespace",     "index_statistics", "column_settings",
    "detach_pending", "depends_on_extension", "library_version",  "triggers"};

/// Of sql/live_facts.sql.
bool is_live_fact(const Fact& fact) {
  if (fact.object.kind == "security label") return true;
  if (fact.object.kind != "privilege") return false;
  const std::string& name = fact.object.name;
  const std::string_view what = std::string_view(name).substr(name.find(' ') + 1);
  static constexpr std::array<std::string_view, 2> kSchemas = {"pg_catalog", "pg_toast"};
  return std::any_of(kSchemas.begin(), kSchemas.end(), [&](std::string_view schema) {
    return name == "schema " + std::string(schema) || what.starts_with(std::string(schema) + ".");
  });
}

bool has_attribute(const Fact& fact, std::string_view attribute) {
  return base::contains(fact.definition, "\"" + std::string(attribute) + "\":");
}

json parsed(const Fact& fact) { return json::parse(fact.definition, nullptr, false); }

/// Takes everything out of a side that alone was asked for it.
void leave_out(Snapshot& side, std::vector<Noted>& unsaid) {
  constexpr const char* kReason = "is read of real databases only, not of a chain";
  std::erase_if(side.facts, [&](const Fact& fact) {
    if (fact.object.kind == kMember) return true;  // there may be thousands
    if (!is_live_fact(fact)) return false;
    unsaid.push_back({fact.object, kReason});
    return true;
  });
  for (Fact& fact : side.facts) {
    std::vector<std::string> found;
    for (const std::string_view attribute : kAttributes)
      if (has_attribute(fact, attribute)) found.emplace_back(attribute);
    if (found.empty() && !has_attribute(fact, kOrder)) continue;
    json definition = parsed(fact);
    if (!definition.is_object()) continue;
    definition.erase(kOrder);
    for (const std::string& attribute : found)
      if (definition.erase(attribute) > 0)
        unsaid.push_back({fact.object, base::replace_all(attribute, "_", " ") + " " + kReason});
    fact.definition = canonical(definition);
  }
}

/// `list` without what `other` does not have.
json common(const json& list, const json& other) {
  json result = json::array();
  for (const json& each : list)
    if (std::find(other.begin(), other.end(), each) != other.end()) result.push_back(each);
  return result;
}

/// Two tables with the same columns in the same order, whatever else they have between them, do not differ in
/// it.
void settle_order(Fact& a, Fact& b) {
  json in_a = parsed(a), in_b = parsed(b);
  if (!in_a.is_object() || !in_b.is_object()) return;
  const json order_a = in_a.value(kOrder, json::array()), order_b = in_b.value(kOrder, json::array());
  const json of_a = common(order_a, order_b), of_b = common(order_b, order_a);
  for (json* each : {&in_a, &in_b}) each->erase(kOrder);
  if (of_a != of_b) {
    in_a[kOrder] = of_a;
    in_b[kOrder] = of_b;
  }
  a.definition = canonical(in_a);
  b.definition = canonical(in_b);
}

}  // namespace

std::vector<std::string> live_only_sql(int server_major) {
  return {reader_sql("live attributes", "", server_major), reader_sql("live facts", "", server_major)};
}

void add_live_only(const std::vector<pg::Rows>& answers, Snapshot& snapshot) {
  std::map<std::string, json> more;  // of facts, by their ids
  const pg::Rows& attributes = answers.at(0);
  for (int i = 0; i < attributes.size(); ++i)
    more[std::string(attributes.at(i, 0))][std::string(attributes.at(i, 1))] =
        json::parse(attributes.at(i, 2), nullptr, false);
  for (Fact& fact : snapshot.facts) {
    const auto found = more.find(fact.id);
    if (found == more.end()) continue;
    json definition = parsed(fact);
    if (!definition.is_object()) continue;
    definition.update(found->second);
    fact.definition = canonical(definition);
  }
  add_facts(answers.at(1), snapshot);
}

void leave_out_live_only(LiveRead& read, std::vector<Noted>& unsaid) {
  if (read.live_only) leave_out(read.snapshot, unsaid);
  read.live_only = false;
}

void settle_live_only(Comparable& both, bool a_has, bool b_has) {
  if (a_has != b_has) return leave_out(a_has ? both.a : both.b, both.unsaid);
  const auto may_have_order = [](const Fact& fact) {
    return fact.object.kind == "table" || fact.object.kind == "foreign table";
  };
  std::map<Object, Fact*> in_b;
  for (Fact& fact : both.b.facts)
    if (may_have_order(fact)) in_b[fact.object] = &fact;
  for (Fact& fact : both.a.facts) {
    const auto found = may_have_order(fact) ? in_b.find(fact.object) : in_b.end();
    if (found != in_b.end() && fact.definition != found->second->definition)
      settle_order(fact, *found->second);
  }
}

}  // namespace windlass::catalog
