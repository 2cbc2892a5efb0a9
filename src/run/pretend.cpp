#include "run/pretend.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "pg/connection.h"
#include "sql/extension_objects.h"
#include "sql/statement_kind.h"
#include "sql/tokens.h"

namespace windlass::run {

namespace {

using record::Rescue;

/// Resources, operators' intervention, system errors, windlass's own doing, locks: no fault of the statement.
bool outside_the_statement(std::string_view sqlstate) {
  static constexpr std::array<std::string_view, 7> kStates = {"53", "57", "58", "XX", "F0", "40", "55P03"};
  return std::any_of(kStates.begin(), kStates.end(),
                     [&](std::string_view prefix) { return sqlstate.starts_with(prefix); });
}

/// Whether the caller may wait for rows.
bool may_bring_rows(std::string_view kind, const std::vector<sql::Token>& words) {
  static constexpr std::array<std::string_view, 10> kKinds = {
      "SELECT", "WITH", "VALUES", "TABLE", "SHOW", "FETCH", "EXPLAIN", "CALL", "COPY", "EXECUTE"};
  return std::find(kKinds.begin(), kKinds.end(), kind) != kKinds.end() ||
         std::any_of(words.begin(), words.end(), [](const sql::Token& word) { return word.is("returning"); });
}

/// The tag that the server would have answered with.
std::string tag_of(const std::string& kind) {
  if (kind == "INSERT") return "INSERT 0 0";
  if (kind == "UPDATE" || kind == "DELETE" || kind == "MERGE") return kind + " 0";
  return kind;
}

/// The text without its word CONCURRENTLY; empty when it has none.
std::string at_once(const std::string& text, const std::vector<sql::Token>& words) {
  for (const sql::Token& word : words)
    if (word.is("concurrently"))
      return text.substr(0, word.offset) + text.substr(word.offset + word.text.size());
  return "";
}

/// Alembic's own row, too long for the column it made: its table, quoted. Empty for other statements.
std::string version_table(const std::vector<sql::Token>& words) {
  if (std::none_of(words.begin(), words.end(), [](const sql::Token& word) { return word.is("version_num"); }))
    return "";
  size_t at = words.size() > 2 && words[0].is("insert") && words[1].is("into") ? 2
              : words.size() > 1 && words[0].is("update")                      ? 1
                                                                               : 0;
  if (at == 0) return "";
  std::string name = pg::quote_identifier(words[at].text);
  for (; at + 2 < words.size() && words[at + 1].symbol('.'); at += 2)
    name += "." + pg::quote_identifier(words[at + 2].text);
  return name;
}

}  // namespace

Rescue pretend(const record::Refusal& refusal) {
  Rescue rescue;
  const std::vector<sql::Token> words = sql::tokens(refusal.text);
  const std::string kind = sql::statement_kind(refusal.text);
  rescue.tag = tag_of(kind);
  if (kind.empty() || refusal.answers_rows || outside_the_statement(refusal.error.sqlstate) ||
      may_bring_rows(kind, words))
    return rescue;
  rescue.way = Rescue::Way::Pretend;
  if (refusal.error.sqlstate == "25001") {
    if (std::string plain = at_once(refusal.text, words); !plain.empty()) {
      rescue.way = Rescue::Way::Instead;
      rescue.first = {std::move(plain)};
    }
  } else if (refusal.error.sqlstate == "22001") {
    if (const std::string table = version_table(words); !table.empty()) {
      rescue.way = Rescue::Way::Again;
      rescue.first = {fmt::format("ALTER TABLE {} ALTER COLUMN version_num TYPE varchar(255)", table)};
    }
  } else if (const std::string extension = missing_extension(refusal.error); !extension.empty()) {
    rescue.way = Rescue::Way::Again;
    rescue.first = {fmt::format("CREATE EXTENSION IF NOT EXISTS {}", pg::quote_identifier(extension))};
  }
  return rescue;
}

std::string missing_extension(const record::ServerMessage& error) {
  static constexpr std::array<std::string_view, 5> kKinds = {"type", "operator class", "access method",
                                                             "language", "function"};
  if (error.sqlstate != "42704" && error.sqlstate != "42883") return "";
  if (const auto wanted = sql::default_operator_class(error.message))
    return std::string(sql::extension_of(wanted->kind, wanted->name));
  for (const std::string_view kind : kKinds) {
    // type "citext[]" does not exist; function uuid_generate_v4() does not exist
    if (!error.message.starts_with(std::string(kind) + " ")) continue;
    std::string name = error.message.substr(kind.size() + 1);
    if (name.starts_with('"')) name.erase(0, 1);
    if (name.starts_with("public.")) name.erase(0, std::string_view("public.").size());
    return std::string(sql::extension_of(kind, name.substr(0, name.find_first_of("([\" "))));
  }
  return "";
}

}  // namespace windlass::run
