#include "drift/new_column.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "sql/statement_kind.h"
#include "sql/tokens.h"

namespace windlass::drift {

namespace {

using catalog::Effect;
using nlohmann::json;
using Holds = NewColumn::Holds;

json parsed(const std::string& definition) {
  json value = json::parse(definition, nullptr, false);
  return value.is_object() ? value : json::object();
}

/// The default of a domain is that of its columns.
bool has_default(const std::string& type, const catalog::Snapshot& at_end) {
  const catalog::Fact* domain = at_end.find({"type", type});
  return domain != nullptr && parsed(domain->definition).contains("default");
}

Holds held_at_first(const json& column, const catalog::Snapshot& at_end) {
  if (column.contains("identity")) return Holds::ItsOwn;
  if (column.contains("default"))
    return column["default"].is_string() &&
                   column["default"].get_ref<const std::string&>().starts_with("nextval(")
               ? Holds::ItsOwn
               : Holds::SomeValue;
  if (column.contains("generated")) return Holds::SomeValue;
  return has_default(column.value("type", ""), at_end) ? Holds::SomeValue : Holds::Nothing;
}

/// Whether it may give rows a value in the column.
bool writes(const record::Statement& statement, const std::string& table, const std::string& column) {
  const std::string kind = sql::statement_kind(statement.text);
  return (kind == "UPDATE" || kind == "MERGE" || kind == "WITH" || kind == "DO") &&
         sql::has_name(statement.text, table) && sql::has_name(statement.text, column);
}

std::string last_of(const std::string& name) { return name.substr(name.rfind('.') + 1); }

}  // namespace

std::optional<NewColumn> new_column(const catalog::Object& column, const run::Evidence& run,
                                    const std::set<std::string>& applied, const catalog::Snapshot& at_end) {
  const std::string table = column.name.substr(0, column.name.rfind('.'));
  std::optional<NewColumn> found;
  for (const record::Statement& statement : run.recording.statements) {
    const bool pending = !statement.source.revision.empty() && !applied.contains(statement.source.revision);
    if (found && pending && found->written == nullptr &&
        writes(statement, last_of(table), last_of(column.name)))
      found->written = &statement;
    // With a table that is dropped or made go the rows that are there.
    if (pending && std::any_of(statement.effects.begin(), statement.effects.end(), [&](const Effect& effect) {
          return effect.object == catalog::Object{"table", table} && !effect.rolled_back &&
                 effect.change != catalog::Change::Altered;
        }))
      return std::nullopt;
    for (const Effect& effect : statement.effects) {
      if (effect.object != column || effect.rolled_back) continue;
      if (effect.change == catalog::Change::Dropped) {
        found.reset();
        continue;
      }
      const json after = parsed(effect.after);
      if (effect.change == catalog::Change::Created) {
        found.reset();
        if (!pending || after.value("inherited", false)) continue;
        found = NewColumn{held_at_first(after, at_end)};
      }
      if (!found) continue;
      if (!after.value("not_null", false)) {
        found->not_null = nullptr;
      } else if (found->not_null == nullptr) {
        found->not_null = &statement;
        found->at_once = effect.change == catalog::Change::Created;
      }
    }
  }
  return found;
}

}  // namespace windlass::drift
