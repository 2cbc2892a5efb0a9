#include "run/set_aside.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/embedded.h"
#include "base/text.h"
#include "pg/connection.h"
#include "sql/routine.h"
#include "sql/sql_name.h"
#include "sql/tokens.h"

namespace windlass::run {

std::span<const base::Embedded> embedded_files();

namespace {

using sql::sql_name;

bool says_duplicate(std::string_view sqlstate) {
  static constexpr std::array<std::string_view, 6> kStates = {"42P07", "42710", "42701",
                                                              "42P06", "42723", "42P16"};
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
  // One name may stand for several, which their parameters tell apart.
  const auto parameters = sql::routine_parameters(text);
  return fmt::format("DROP {} {}{} CASCADE", word, sql_name({wanted.schema, wanted.name}),
                     parameters ? fmt::format("({})", base::join(*parameters, ", ")) : "");
}

/// The columns and constraints of the table, those of them that are there.
std::string removal_of_parts(const std::vector<sql::Target>& parts) {
  std::vector<std::string> drops;
  for (const sql::Target& part : parts)
    if (!part.name.empty())
      drops.push_back(fmt::format("DROP {} IF EXISTS {} CASCADE",
                                  part.kind == "column" ? "COLUMN" : "CONSTRAINT", sql_name({part.name})));
  return fmt::format("ALTER TABLE {} {}", sql_name({parts.front().table_schema, parts.front().table}),
                     base::join(drops, ", "));
}

/// A table has one primary key, whatever its name.
std::string removal_of_primary_key(const sql::Target& wanted) {
  const std::string table = sql_name({wanted.table_schema, wanted.table});
  return base::replace_all(std::string(base::embedded_text(embedded_files(), "sql/drop_primary_key.sql")),
                           "{{table}}", pg::quote_literal(table));
}

bool is_part(const sql::Target& target) {
  return (target.kind == "column" || target.kind == "constraint") && !target.table.empty();
}

}  // namespace

std::vector<sql::Target> creations(const sql::Reading& reading) {
  std::vector<sql::Target> found;
  for (const sql::Target& target : reading.targets) {
    if (target.action != sql::Action::Create || target.implied) continue;
    if (target.name.empty() && target.kind != "constraint") return {};
    if (!found.empty() &&
        (!is_part(target) || !is_part(found.front()) || target.table != found.front().table ||
         target.table_schema != found.front().table_schema))
      return {};
    found.push_back(target);
  }
  return found;
}

std::vector<std::string> set_aside(const record::Refusal& refusal) {
  if (!says_duplicate(refusal.error.sqlstate)) return {};
  const std::vector<sql::Target> wanted = creations(sql::read_targets(refusal.text));
  if (wanted.empty()) return {};
  const bool second_key = refusal.error.sqlstate == "42P16";
  const auto met = [&](const sql::Target& target) {
    return second_key
               ? target.definition == "PRIMARY KEY"
               : !target.name.empty() && base::contains(refusal.error.message, '"' + target.name + '"');
  };
  if (std::none_of(wanted.begin(), wanted.end(), met)) return {};
  std::string command = second_key && wanted.size() == 1 ? removal_of_primary_key(wanted.front())
                        : wanted.size() == 1             ? removal(wanted.front(), refusal.text)
                        : second_key                     ? std::string()
                                                         : removal_of_parts(wanted);
  if (command.empty()) return {};
  // Another session of the project may hold what stands in the way.
  return {"SET LOCAL lock_timeout = '500ms'", "SET LOCAL statement_timeout = '30s'", std::move(command)};
}

}  // namespace windlass::run
