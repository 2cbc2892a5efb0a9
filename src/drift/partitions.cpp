#include "drift/partitions.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "base/text.h"
#include "sql/sql_name.h"

namespace windlass::drift {

namespace {

using catalog::Fact;
using catalog::Object;
using nlohmann::json;

bool is_table(const Object& object) { return object.kind == "table" || object.kind == "foreign table"; }

/// As `parents` names a table: quoted where it must be.
std::string in_sql(const Object& table) {
  const auto [schema, name] = catalog::schema_and_name(table.name);
  return sql::sql_name({schema, name});
}

/// The table that it is a partition of; empty where it is none.
std::string parent_of(const Fact& table) {
  const json definition = json::parse(table.definition, nullptr, false);
  if (!definition.is_object() || !definition.contains("partition")) return {};
  const json parents = definition.value("parents", json::array());
  return parents.size() == 1 && parents.front().is_string() ? parents.front().get<std::string>() : "";
}

/// The parts of a table by what is theirs: "column x" -> definition.
using Parts = std::map<std::string, json>;

Parts parts_of(const std::vector<const Fact*>& group, const Object& table) {
  Parts parts;
  for (const Fact* fact : group) {
    if (is_table(fact->object)) continue;
    // Named after the table, but for indexes.
    const bool named = fact->object.name.starts_with(table.name + ".");
    const std::string own = named ? fact->object.name.substr(table.name.size() + 1) : fact->object.name;
    json definition = json::parse(fact->definition, nullptr, false);
    if (fact->object.kind == "column" && definition.is_object()) definition.erase("inherited");
    parts[fact->object.kind + " " + own] = std::move(definition);
  }
  return parts;
}

/// Whether each part of a partition is one of its table's.
bool alike(const Parts& partition, const Parts& table) {
  return std::all_of(partition.begin(), partition.end(), [&](const auto& part) {
    const std::string kind = part.first.substr(0, part.first.find(' '));
    const auto same = table.find(part.first);
    if (kind == "comment" || kind == "privilege") return true;
    if (kind == "column") return same != table.end() && same->second == part.second;
    // Its triggers are the table's, cloned under the same name.
    if (kind == "trigger") return same != table.end();
    if (kind == "index") return part.second.is_object() && part.second.contains("partition_of");
    if (kind != "constraint") return false;
    return std::any_of(table.begin(), table.end(), [&](const auto& other) {
      return other.first.starts_with("constraint ") && other.second == part.second;
    });
  });
}

bool columns_come_from_it(const std::vector<const Fact*>& group) {
  return std::all_of(group.begin(), group.end(), [](const Fact* fact) {
    return fact->object.kind != "column" || base::contains(fact->definition, "\"inherited\":true");
  });
}

}  // namespace

std::vector<Object> leave_out_partitions(catalog::Snapshot& real, const Timeline& timeline) {
  std::map<std::string, std::vector<const Fact*>> groups;
  std::map<std::string, const Fact*> tables;  // as SQL names them
  for (const Fact& fact : real.facts) {
    groups[fact.group].push_back(&fact);
    if (is_table(fact.object)) tables[in_sql(fact.object)] = &fact;
  }
  std::vector<Object> partitions;
  std::set<std::string> gone;  // groups
  for (bool more = true; more;) {
    more = false;
    for (const auto& [name, fact] : tables) {
      const auto parent = tables.find(parent_of(*fact));
      if (gone.contains(fact->group) || parent == tables.end() || timeline.objects.contains(fact->object))
        continue;
      const Fact& whole = *parent->second;
      if (!timeline.objects.contains(whole.object) && !gone.contains(whole.group)) continue;
      const std::vector<const Fact*>& own = groups[fact->group];
      if (!columns_come_from_it(own) ||
          !alike(parts_of(own, fact->object), parts_of(groups[whole.group], whole.object)))
        continue;
      gone.insert(fact->group);
      partitions.push_back(fact->object);
      more = true;
    }
  }
  std::erase_if(real.facts, [&](const Fact& fact) {
    return gone.contains(fact.group.starts_with("acl:") ? fact.group.substr(4) : fact.group);
  });
  return partitions;
}

}  // namespace windlass::drift
