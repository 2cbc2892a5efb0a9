#include "run/set_aside.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "sql/sql_name.h"
#include "sql/tokens.h"

namespace windlass::run {

namespace {

using sql::sql_name;

bool says_duplicate(std::string_view sqlstate) {
  static constexpr std::array<std::string_view, 5> kStates = {"42P07", "42710", "42701", "42P06", "42723"};
  return std::find(kStates.begin(), kStates.end(), sqlstate) != kStates.end();
}

/// Whether the text holds one of the words, as a word of the language.
bool says(std::string_view text, std::initializer_list<std::string_view> wanted) {
  for (const sql::Token& token : sql::tokens(text))
    for (const std::string_view word : wanted)
      if (token.is(word)) return true;
  return false;
}

/// The word after DROP for what is dropped by its name alone; empty for other kinds.
std::string_view droppable(std::string_view kind) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kWords = {{
      {"table", "TABLE"},
      {"foreign table", "FOREIGN TABLE"},
      {"view", "VIEW"},
      {"materialized view", "MATERIALIZED VIEW"},
      {"sequence", "SEQUENCE"},
      {"type", "TYPE"},  // a domain, too
      {"function", "FUNCTION"},
      {"procedure", "PROCEDURE"},
      {"aggregate", "AGGREGATE"},
      {"extension", "EXTENSION"},
  }};
  for (const auto& [known, word] : kWords)
    if (known == kind) return word;
  return "";
}

/// The object may be of another kind than the statement means: then the command fails, and nothing is learnt.
std::string removal(const sql::Target& wanted, std::string_view text) {
  const std::string table = wanted.table.empty() ? "" : sql_name({wanted.table_schema, wanted.table});
  const std::string name = sql_name({wanted.name});
  if (wanted.kind == "index")
    return fmt::format("DROP INDEX {} CASCADE", sql_name({wanted.table_schema, wanted.name}));
  if (wanted.kind == "column" || wanted.kind == "constraint") {
    if (table.empty()) return "";
    return fmt::format("ALTER TABLE {} DROP {} {} CASCADE", table,
                       wanted.kind == "column" ? "COLUMN" : "CONSTRAINT", name);
  }
  if (wanted.kind == "trigger" || wanted.kind == "policy" || wanted.kind == "rule") {
    if (table.empty()) return "";
    return fmt::format("DROP {} {} ON {} CASCADE",
                       wanted.kind == "trigger"  ? "TRIGGER"
                       : wanted.kind == "policy" ? "POLICY"
                                                 : "RULE",
                       name, table);
  }
  // Of a schema only the owner can differ, of an extension only these; both are much to take down for
  // nothing.
  if (wanted.kind == "schema")
    return says(text, {"authorization"})
               ? fmt::format("ALTER SCHEMA {} RENAME TO {}", name, sql_name({"windlass set aside"}))
               : "";
  if (wanted.kind == "extension" && !says(text, {"schema", "version"})) return "";
  const std::string_view word = droppable(wanted.kind);
  if (word.empty()) return "";
  return fmt::format("DROP {} {} CASCADE", word, sql_name({wanted.schema, wanted.name}));
}

}  // namespace

std::optional<sql::Target> sole_creation(const sql::Reading& reading) {
  const sql::Target* found = nullptr;
  for (const sql::Target& target : reading.targets) {
    if (target.action != sql::Action::Create || target.implied) continue;
    if (found != nullptr) return std::nullopt;
    found = &target;
  }
  return found != nullptr && !found->name.empty() ? std::optional(*found) : std::nullopt;
}

std::vector<std::string> set_aside(const record::Refusal& refusal) {
  if (!says_duplicate(refusal.error.sqlstate)) return {};
  const auto wanted = sole_creation(sql::read_targets(refusal.text));
  if (!wanted || !base::contains(refusal.error.message, '"' + wanted->name + '"')) return {};
  std::string command = removal(*wanted, refusal.text);
  if (command.empty()) return {};
  // Another session of the project may hold what stands in the way.
  return {"SET LOCAL lock_timeout = '500ms'", "SET LOCAL statement_timeout = '30s'", std::move(command)};
}

}  // namespace windlass::run
