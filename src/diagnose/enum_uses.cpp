#include "diagnose/enum_uses.h"

#include <algorithm>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/definition_parts.h"
#include "sql/statement_kind.h"

namespace windlass::diagnose {

namespace {

std::string element_type(const std::string& definition) {
  std::string type = text_part(definition, "type");
  while (type.ends_with("[]")) type.resize(type.size() - 2);
  return type;
}

bool undone(const record::Statement& statement) {
  return statement.failed() || statement.skipped || statement.refused;
}

/// The statement at the use's place that gave a column the type.
void find_column(const Context& context, const run::EnumUse& use, DeclaredEnum& declared) {
  for (const record::Statement& statement : context.evidence().recording.statements) {
    if (statement.source.location != use.at || statement.source.revision != use.revision || undone(statement))
      continue;
    for (const catalog::Effect& effect : statement.effects) {
      if (effect.object.kind != "column" || effect.change == catalog::Change::Dropped || effect.rolled_back)
        continue;
      const std::string type = element_type(effect.after);
      const std::string own = sql_name({use.name});
      if (type != own && !type.ends_with("." + own)) continue;
      if (!use.schema.empty() && type != sql_name({use.schema, use.name})) continue;
      declared.statement = &statement;
      declared.column = effect.object.name;
      declared.column_type = type;
      return;
    }
  }
}

/// The statement at the use's place that looked for the type or made it: the last one of its run there.
const record::Statement* statement_at(const Context& context, const run::EnumUse& use) {
  for (const record::Statement& statement : context.evidence().recording.statements) {
    if (statement.source.location != use.at || statement.source.revision != use.revision || undone(statement))
      continue;
    if (asks_catalog(statement.text) || sql::statement_kind(statement.text) == "CREATE TYPE")
      return &statement;
  }
  return nullptr;
}

void add_blocks(const Context& context, std::vector<DeclaredEnum>& all) {
  for (const record::Statement& statement : context.evidence().recording.statements) {
    if (undone(statement) || sql::statement_kind(statement.text) != "DO") continue;
    for (const sql::Target& target : sql::read_targets(statement.text).targets) {
      if (target.action != sql::Action::Create || target.kind != "type" || target.labels.empty()) continue;
      const bool made =
          std::any_of(statement.effects.begin(), statement.effects.end(), [&](const catalog::Effect& effect) {
            return effect.object.kind == "type" && matches(effect.object, name_of(target));
          });
      if (made) continue;
      DeclaredEnum declared;
      declared.how = "block";
      declared.name = name_of(target);
      declared.labels = target.labels;
      declared.statement = &statement;
      declared.at = statement.source.location;
      declared.revision = statement.source.revision;
      all.push_back(std::move(declared));
    }
  }
}

}  // namespace

std::vector<DeclaredEnum> declared_enums(const Context& context) {
  std::vector<DeclaredEnum> all;
  for (const run::EnumUse& use : context.evidence().enum_uses) {
    if (use.labels.empty() || !use.at.known()) continue;
    DeclaredEnum declared;
    declared.how = use.how;
    declared.name = {"type", use.schema, "", use.name};
    declared.labels = use.labels;
    declared.at = use.at;
    declared.revision = use.revision;
    if (use.how == "column") {
      find_column(context, use, declared);
    } else {
      declared.statement = statement_at(context, use);
    }
    if (declared.statement != nullptr) all.push_back(std::move(declared));
  }
  add_blocks(context, all);
  std::stable_sort(all.begin(), all.end(), [](const DeclaredEnum& a, const DeclaredEnum& b) {
    return a.statement->n < b.statement->n;
  });
  return all;
}

bool is_called(const catalog::Object& object, const std::string& type_text) {
  const size_t dot = object.name.find('.');
  if (dot == std::string::npos) return false;
  const std::string schema = object.name.substr(0, dot), name = object.name.substr(dot + 1);
  return type_text == sql_name({schema, name}) || type_text == sql_name({name});
}

bool still_has_type(const Context& context, const DeclaredEnum& declared) {
  const catalog::Fact* column = context.evidence().after.find({"column", declared.column});
  return column != nullptr && element_type(column->definition) == declared.column_type;
}

}  // namespace windlass::diagnose
