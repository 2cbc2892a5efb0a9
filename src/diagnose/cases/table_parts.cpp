#include "diagnose/cases/table_parts.h"

#include <algorithm>
#include <set>

namespace windlass::diagnose {

using nlohmann::json;

std::string TablePart::text(const char* key) const {
  const auto found = definition.find(key);
  return found != definition.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool TablePart::flag(const char* key) const {
  const auto found = definition.find(key);
  return found != definition.end() && found->is_boolean() && found->get<bool>();
}

const TablePart* TableParts::column(const std::string& wanted) const {
  for (const TablePart& each : columns)
    if (each.name == wanted) return &each;
  return nullptr;
}

Tables::Tables(const catalog::Snapshot& snapshot) : snapshot_(snapshot) {
  for (const catalog::Fact& fact : snapshot.facts) {
    if (fact.object.kind == "table") tables_[fact.object.name] = &fact;
    groups_[fact.group].push_back(&fact);
  }
}

bool Tables::has_relation(const std::string& name) const {
  for (const char* kind : {"table", "view", "materialized view", "foreign table"})
    if (snapshot_.find({kind, name}) != nullptr) return true;
  return false;
}

TableParts Tables::parts_of(const std::string& schema, const std::string& table) const {
  const std::string name = schema + "." + table;
  TableParts parts;
  parts.name = name;
  const auto found = tables_.find(name);
  if (found == tables_.end()) return parts;
  parts.definition = json::parse(found->second->definition, nullptr, false);
  if (!parts.definition.is_object()) parts.definition = json::object();
  std::set<std::string> of_constraints;
  for (const catalog::Fact* fact : groups_.at(found->second->group)) {
    TablePart part{fact->object, {}, json::parse(fact->definition, nullptr, false), 0};
    const std::string& kind = fact->object.kind;
    if (kind == "comment" && part.definition.is_string()) {
      parts.comments[fact->object.name] = part.definition.get<std::string>();
      continue;
    }
    if (!part.definition.is_object()) continue;
    if (kind == "column" || kind == "constraint") {
      if (!fact->object.name.starts_with(name + ".")) continue;
      part.name = fact->object.name.substr(name.size() + 1);
    }
    if (kind == "column") {
      const size_t colon = fact->id.rfind(':');
      part.number = colon == std::string::npos ? 0 : std::atoi(fact->id.c_str() + colon + 1);
      parts.columns.push_back(std::move(part));
    } else if (kind == "constraint") {
      of_constraints.insert(part.name);
      parts.constraints.push_back(std::move(part));
    } else if (kind == "index") {
      part.name = fact->object.name.substr(std::min(fact->object.name.size(), schema.size() + 1));
      parts.indexes.push_back(std::move(part));
    }
  }
  std::erase_if(parts.indexes, [&](const TablePart& index) { return of_constraints.contains(index.name); });
  std::sort(parts.columns.begin(), parts.columns.end(),
            [](const TablePart& a, const TablePart& b) { return a.number < b.number; });
  return parts;
}

}  // namespace windlass::diagnose
