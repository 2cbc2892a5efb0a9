#include "populate/read_structure.h"

#include <nlohmann/json.hpp>
#include <span>

#include "base/embedded.h"

namespace windlass::populate {

std::span<const base::Embedded> embedded_files();

namespace {

using nlohmann::json;

std::vector<std::string> texts(const json& list) {
  return list.is_array() ? list.get<std::vector<std::string>>() : std::vector<std::string>();
}

char letter(const json& text) {
  const std::string value = text.is_string() ? text.get<std::string>() : "";
  return value.empty() ? ' ' : value.front();
}

Type type_of(const json& document) {
  Type type;
  type.name = document["name"];
  type.kind = letter(document["kind"]);
  type.category = letter(document["category"]);
  type.delimiter = letter(document["delimiter"]);
  type.base = document["base"];
  type.modifier = document["modifier"];
  type.not_null = document["not_null"];
  type.element = document["element"];
  type.subtype = document["subtype"];
  type.labels = texts(document["labels"]);
  type.checks = texts(document["checks"]);
  if (document["fields"].is_array())
    for (const json& field : document["fields"]) type.fields.push_back({field[0], field[1]});
  return type;
}

/// A domain refuses NULL as its column does.
bool refuses_null(const Types& types, Oid oid) {
  for (auto found = types.find(oid); found != types.end(); found = types.find(found->second.base)) {
    if (found->second.not_null) return true;
    if (found->second.kind != 'd') return false;
  }
  return false;
}

Table table_of(const json& document, const Types& types) {
  Table table;
  table.oid = document["oid"];
  table.schema = document["schema"];
  table.name = document["name"];
  if (document["columns"].is_array())
    for (const json& each : document["columns"]) {
      Column column{each["name"],     each["type"],        each["modifier"],
                    each["not_null"], each["has_default"], each["counts"]};
      column.not_null = column.not_null || refuses_null(types, column.type);
      table.columns.push_back(std::move(column));
    }
  if (document["rules"].is_array())
    for (const json& each : document["rules"])
      table.rules.push_back({each["name"], letter(each["kind"]), texts(each["columns"]), each["definition"],
                             each["referenced"], texts(each["referenced_columns"])});
  table.partition_columns = texts(document["partition_columns"]);
  table.bounds = texts(document["bounds"]);
  return table;
}

}  // namespace

base::Result<Structure> read_structure(pg::Connection& connection) {
  const pg::Rows rows =
      WINDLASS_TRY(connection.query(base::embedded_text(embedded_files(), "structure.sql")));
  Structure structure;
  const json document = json::parse(rows.at(0, 0), nullptr, false);
  if (!document.is_object())
    return base::fail({"read the tables' structure", "the scratch database",
                       "the server's answer is no JSON document", "", base::Exit::Defect});
  if (document["types"].is_array())
    for (const json& type : document["types"]) structure.types[type["oid"].get<Oid>()] = type_of(type);
  if (document["tables"].is_array())
    for (const json& table : document["tables"]) structure.tables.push_back(table_of(table, structure.types));
  return structure;
}

}  // namespace windlass::populate
