#include "sql/rendering.h"

#include <pg_query.h>

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace windlass::sql {

namespace {

using nlohmann::json;

std::optional<json> parsed(const std::string& text) {
  const PgQueryParseResult result = pg_query_parse(text.c_str());
  std::optional<json> tree;
  if (result.error == nullptr) {
    json read = json::parse(result.parse_tree, nullptr, false);
    if (!read.is_discarded()) tree = std::move(read);
  }
  pg_query_free_parse_result(result);
  return tree;
}

/// A statement; or the part of one that a catalog keeps: an expression, a constraint.
std::optional<json> tree_of(std::string_view text) {
  const std::string whole(text);
  for (const std::string& lead : {std::string(), std::string("SELECT "), std::string("ALTER TABLE t ADD ")})
    if (auto tree = parsed(lead + whole)) return tree;
  return std::nullopt;
}

/// The name by which the only relation of a FROM goes; empty where there are several, or a join.
std::string only_relation(const json& select) {
  const json from = select.value("fromClause", json::array());
  if (!from.is_array() || from.size() != 1) return {};
  for (const char* kind : {"RangeVar", "RangeSubselect", "RangeFunction"}) {
    if (!from[0].contains(kind)) continue;
    const json& relation = from[0][kind];
    if (relation.contains("alias")) return relation["alias"].value("aliasname", std::string());
    return relation.value("relname", std::string());
  }
  return {};
}

bool is_name(const json& part, const std::string& name) {
  return part.contains("String") && part["String"].value("sval", std::string()) == name;
}

/// Takes `relation` from the columns of one query; queries within it keep theirs.
void unqualify(json& node, const std::string& relation, bool top = true) {
  if (node.is_array()) {
    for (json& each : node) unqualify(each, relation, false);
    return;
  }
  if (!node.is_object() || (!top && node.contains("SelectStmt"))) return;
  if (node.contains("ColumnRef")) {
    json& fields = node["ColumnRef"]["fields"];
    if (fields.is_array() && fields.size() > 1 && is_name(fields[0], relation)) fields.erase(fields.begin());
    return;
  }
  for (auto& [key, value] : node.items()) unqualify(value, relation, false);
}

/// Takes away what is of the text alone.
void settle(json& node) {
  if (node.is_array()) {
    for (json& each : node) settle(each);
    return;
  }
  if (!node.is_object()) return;
  for (const char* key : {"location", "stmt_location", "stmt_len", "funcformat", "name_location"})
    node.erase(key);
  if (node.contains("FuncCall") && node["FuncCall"].contains("funcname")) {
    json& name = node["FuncCall"]["funcname"];
    if (name.is_array() && name.size() == 2 && is_name(name[0], "pg_catalog")) name.erase(name.begin());
  }
  if (node.value("mode", json()) == "FUNC_PARAM_DEFAULT") node["mode"] = "FUNC_PARAM_IN";
  for (auto& [key, value] : node.items()) settle(value);
}

/// The query of a view's definition, or that of CREATE VIEW or CREATE MATERIALIZED VIEW, or nullptr.
json* top_query(json& tree) {
  if (!tree.contains("stmts") || !tree["stmts"].is_array() || tree["stmts"].size() != 1) return nullptr;
  json& statement = tree["stmts"][0]["stmt"];
  return statement.is_object() && statement.contains("SelectStmt") ? &statement["SelectStmt"] : nullptr;
}

std::optional<json> settled(std::string_view text) {
  auto tree = tree_of(text);
  if (!tree) return tree;
  if (json* query = top_query(*tree))
    if (const std::string relation = only_relation(*query); !relation.empty()) unqualify(*query, relation);
  settle(*tree);
  tree->erase("version");
  return tree;
}

}  // namespace

bool rendered_alike(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const auto first = settled(a);
  return first && first == settled(b);
}

}  // namespace windlass::sql
