#include "fix/dependents.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "fix/place.h"
#include "sql/targets.h"
#include "sql/tokens.h"

namespace windlass::fix {

namespace {

constexpr std::array<std::string_view, 9> kKinds = {
    "materialized view", "foreign table", "table", "view",   "sequence",
    "function",          "procedure",     "type",  "trigger"};

/// The parts of a name as SQL writes it: "app.\"My table\"" is {"app", "My table"}; what a function takes is
/// left out.
std::vector<std::string> parts_of(std::string_view written) {
  std::vector<std::string> parts;
  for (const sql::Token& token : sql::tokens(written)) {
    if (token.name())
      parts.push_back(token.text);
    else if (!token.symbol('.'))
      break;
  }
  if (parts.empty()) parts.emplace_back(written);
  return parts;
}

/// "table app.people": its kind and its last name.
std::optional<Dependent> of_itself(std::string_view words) {
  for (const std::string_view kind : kKinds) {
    if (!words.starts_with(kind) || words.size() <= kind.size() || words[kind.size()] != ' ') continue;
    return Dependent{kind == "foreign table" ? "table" : std::string(kind), "",
                     parts_of(words.substr(kind.size() + 1)).back()};
  }
  return std::nullopt;
}

/// "column mood of table people": a part of a table, `between` its name and the table.
std::optional<Dependent> of_a_table(std::string_view words, std::string_view kind, std::string_view between) {
  if (!words.starts_with(kind)) return std::nullopt;
  words.remove_prefix(kind.size());
  const size_t at = words.rfind(between);
  if (at == std::string_view::npos) return std::nullopt;
  const auto table = of_itself(words.substr(at + between.size()));
  if (!table || table->kind != "table") return std::nullopt;
  // The server writes these names as they are, without quotes.
  return Dependent{std::string(base::trim(kind)), table->name, std::string(words.substr(0, at))};
}

/// "people" of `with op.batch_alter_table("people") as batch` around a call `batch.drop_column(...)`.
std::string table_of_batch(const PythonSource& source, const Node& call) {
  const Node* callee = call.child("func");
  const Node* owner = callee != nullptr && callee->is("Attribute") ? callee->child("value") : nullptr;
  if (owner == nullptr || !owner->is("Name")) return "";
  const Node* made = opens_batch(source, call, owner->text);
  return made != nullptr ? string_value(argument(*made, 0, "table_name")).value_or("") : "";
}

std::vector<Dependent> by_sql(std::string_view sql) {
  std::vector<Dependent> found;
  for (const sql::Target& each : sql::read_targets(sql).targets) {
    const bool another_type =
        each.action == sql::Action::Alter && each.kind == "column" && !each.type.empty();
    if (each.action == sql::Action::Drop || another_type) found.push_back({each.kind, each.table, each.name});
  }
  return found;
}

}  // namespace

std::optional<Dependent> dependent_of(std::string_view line) {
  const size_t end = line.find(" depends on ");
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view words = base::trim(line.substr(0, end));
  constexpr std::string_view kDefault = "default value for ";
  if (words.starts_with(kDefault)) words.remove_prefix(kDefault.size());
  if (auto column = of_a_table(words, "column ", " of ")) return column;
  if (auto constraint = of_a_table(words, "constraint ", " on ")) return constraint;
  return of_itself(words);
}

std::optional<DropRefused> drop_refused(std::string_view message) {
  constexpr std::string_view kBefore = "cannot drop ", kBehind = " because other objects depend on it";
  const size_t end = message.find(kBehind);
  if (!message.starts_with(kBefore) || end == std::string_view::npos) return std::nullopt;
  const std::string_view words = message.substr(kBefore.size(), end - kBefore.size());
  if (const auto column = of_a_table(words, "column ", " of "))
    return DropRefused{"column", "", column->name};
  for (const std::string_view kind : kKinds)
    if (words.starts_with(kind) && words.size() > kind.size() && words[kind.size()] == ' ') {
      const std::vector<std::string> parts = parts_of(words.substr(kind.size() + 1));
      return DropRefused{std::string(kind), parts.size() > 1 ? parts[parts.size() - 2] : "", parts.back()};
    }
  return std::nullopt;
}

std::vector<Dependent> taken_away_by(const PythonSource& source, const Node& call) {
  const Node* callee = call.child("func");
  const std::string name = callee != nullptr ? source.qualified(*callee) : "";
  const auto word = [&](size_t index, std::string_view key) {
    return string_value(argument(call, index, key)).value_or("");
  };
  std::vector<Dependent> found;
  if (name == "alembic.op.drop_table") {
    found = {{"table", "", word(0, "table_name")}};
  } else if (name == "alembic.op.drop_column" ||
             (name == "alembic.op.alter_column" && keyword(call, "type_") != nullptr)) {
    found = {{"column", word(0, "table_name"), word(1, "column_name")}};
  } else if (name == "alembic.op.drop_constraint") {
    found = {{"constraint", word(1, "table_name"), word(0, "constraint_name")}};
  } else if (const std::string batch = table_of_batch(source, call); !batch.empty()) {
    if (callee->text == "drop_column" ||
        (callee->text == "alter_column" && keyword(call, "type_") != nullptr))
      found = {{"column", batch, word(0, "column_name")}};
    if (callee->text == "drop_constraint") found = {{"constraint", batch, word(0, "constraint_name")}};
  } else if (callee != nullptr && callee->is("Attribute") && callee->text == "execute") {
    if (const Node* sql = sql_literal(source, call)) found = by_sql(sql->text);
  }
  std::erase_if(found, [](const Dependent& each) { return each.name.empty(); });
  return found;
}

bool takes_away(const Dependent& taken, const Dependent& dependent) {
  return taken == dependent ||
         (taken.kind == "table" && !dependent.table.empty() && taken.name == dependent.table);
}

}  // namespace windlass::fix
