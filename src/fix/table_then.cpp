#include "fix/table_then.h"

#include <nlohmann/json.hpp>
#include <tuple>

#include "base/text.h"
#include "diagnose/name.h"
#include "fix/table_text.h"

namespace windlass::fix {

namespace {

std::string text_in(const std::string& definition, const char* key) {
  const auto json = nlohmann::json::parse(definition, nullptr, false);
  return json.is_object() && json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : "";
}

/// The tables of this name by their schema. What a run that broke has taken back was there before that.
std::map<std::string, TableThen> tables(const run::Evidence& run, const std::string& name, int before,
                                        bool with_rolled_back) {
  std::map<std::string, TableThen> found;
  const auto note = [&](const catalog::Object& object, const std::string& definition, bool gone) {
    const bool part = object.kind == "column" || object.kind == "constraint";
    if (!part && object.kind != "table") return;
    const auto [schema, table] = catalog::schema_and_name(part ? diagnose::parent_of(object) : object.name);
    if (table != name) return;
    if (object.kind == "table" && gone) {
      found.erase(schema);
      return;
    }
    TableThen& then = found[schema];
    then.schema = schema;
    then.name = name;
    if (object.kind == "column") {
      if (gone)
        then.types.erase(diagnose::last_part(object));
      else
        then.types[diagnose::last_part(object)] = text_in(definition, "type");
    } else if (object.kind == "constraint") {
      const auto element = constraint_element(text_in(definition, "definition"));
      if (element && element->constraint == "PRIMARY KEY")
        then.primary_key = gone ? std::vector<std::string>() : element->columns;
      if (element && element->columns.size() == 1 && element->refers_columns.size() == 1) {
        if (gone)
          then.references.erase(element->columns.front());
        else
          then.references[element->columns.front()] = {element->refers_schema + "." + element->refers_to,
                                                       element->refers_columns.front()};
      }
    }
  };
  for (const catalog::Fact& fact : run.before.facts) note(fact.object, fact.definition, false);
  for (const record::Statement& statement : run.recording.statements) {
    if (statement.n >= before) break;
    for (const catalog::Effect& effect : statement.effects) {
      if (effect.rolled_back && !with_rolled_back) continue;
      if (!effect.renamed_from.empty()) note({effect.object.kind, effect.renamed_from}, effect.before, true);
      const bool gone = effect.change == catalog::Change::Dropped;
      note(effect.object, gone ? effect.before : effect.after, gone);
    }
  }
  return found;
}

}  // namespace

std::optional<TableThen> table_then(const run::Evidence& run, const std::string& schema,
                                    const std::string& name, int before) {
  for (const bool with_rolled_back : {false, true}) {
    const auto found = tables(run, name, before, with_rolled_back);
    if (!schema.empty()) {
      if (const auto at = found.find(schema); at != found.end()) return at->second;
    } else if (found.size() == 1) {
      return found.begin()->second;
    } else if (found.size() > 1) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

std::string free_of_columns(const TableThen& table, std::string name) {
  while (table.types.contains(name)) name = "the_" + name;
  return name;
}

std::vector<Reference> references_to(const run::Evidence& run, const TableThen& table, int before) {
  std::map<catalog::Object, std::string> keys;
  for (const catalog::Fact& fact : run.before.facts)
    if (fact.object.kind == "constraint") keys[fact.object] = fact.definition;
  for (const record::Statement& statement : run.recording.statements) {
    if (statement.n >= before) break;
    for (const catalog::Effect& effect : statement.effects) {
      if (effect.object.kind != "constraint" || effect.rolled_back) continue;
      if (!effect.renamed_from.empty()) keys.erase({effect.object.kind, effect.renamed_from});
      if (effect.change == catalog::Change::Dropped)
        keys.erase(effect.object);
      else
        keys[effect.object] = effect.after;
    }
  }
  std::vector<Reference> found;
  for (const auto& [object, definition] : keys) {
    const std::string text = text_in(definition, "definition");
    const auto element = constraint_element(text);
    if (!element || element->constraint != "FOREIGN KEY" || element->refers_to != table.name ||
        element->refers_schema != table.schema)
      continue;
    Reference reference;
    reference.constraint = diagnose::last_part(object);
    std::tie(reference.schema, reference.table) = catalog::schema_and_name(diagnose::parent_of(object));
    reference.columns = element->columns;
    reference.refers = element->refers_columns;
    for (const std::string_view each : {"CASCADE", "SET NULL", "SET DEFAULT"})
      if (base::contains(text, "ON DELETE " + std::string(each))) reference.when_deleted = each;
    found.push_back(std::move(reference));
  }
  return found;
}

int first_statement_at(const run::Evidence& run, const base::Location& place, const std::string& revision) {
  for (const record::Statement& each : run.recording.statements)
    if (each.source.location == place && each.source.revision == revision) return each.n;
  return 0;
}

std::string sqlalchemy_type(const std::string& type, const std::string& sa) {
  static const std::map<std::string, std::string> kPlain = {
      {"integer", "Integer"},
      {"bigint", "BigInteger"},
      {"smallint", "SmallInteger"},
      {"text", "Text"},
      {"character varying", "String"},
      {"boolean", "Boolean"},
      {"date", "Date"},
      {"timestamp without time zone", "DateTime"},
      {"timestamp with time zone", "DateTime(timezone=True)"},
      {"time without time zone", "Time"},
      {"numeric", "Numeric"},
      {"double precision", "Float"},
      {"bytea", "LargeBinary"}};
  const size_t open = type.find('(');
  const bool whole = open == std::string::npos || !type.ends_with(')');
  const std::string name = whole ? type : type.substr(0, open);
  const auto known = kPlain.find(name);
  if (known == kPlain.end()) return "";
  std::string text = (sa.empty() ? "" : sa + ".") + known->second;
  if (whole) return text;
  if (name != "character varying" && name != "numeric") return "";
  return text + base::replace_all(type.substr(open), ",", ", ");
}

}  // namespace windlass::fix
