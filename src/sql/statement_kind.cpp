#include "sql/statement_kind.h"

#include <algorithm>
#include <array>

#include "sql/tokens.h"

namespace windlass::sql {

namespace {

constexpr size_t kEnough = 64;  // tokens: no statement names its kind later

bool one_of(const Token& token, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return token.is(word); });
}

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return result;
}

}  // namespace

std::string statement_kind(std::string_view text) {
  const std::vector<Token> words = tokens(text, kEnough);
  if (words.empty()) return "";
  size_t i = 0;
  while (i < words.size() && words[i].symbol('(')) ++i;
  if (i == words.size() || words[i].kind != Token::Kind::Word) return "";
  const Token& first = words[i];
  const auto at = [&](size_t n) { return n < words.size() ? words[n] : Token{}; };
  if (first.is("rollback") || first.is("abort")) {
    for (size_t n = i + 1; n < words.size() && words[n].kind == Token::Kind::Word; ++n)
      if (words[n].is("to")) return "ROLLBACK TO";
    return at(i + 1).is("prepared") ? "ROLLBACK PREPARED" : "ROLLBACK";
  }
  if (first.is("end")) return "COMMIT";
  if (first.is("start")) return "BEGIN";
  if (!one_of(first, {"create", "alter", "drop"})) return upper(first.text);
  size_t n = i + 1;
  while (one_of(at(n), {"or", "replace", "global", "local", "temp", "temporary", "unlogged", "unique",
                        "recursive", "constraint", "trusted", "procedural"}) &&
         n < words.size())
    ++n;
  std::string kind = upper(first.text) + " " + upper(at(n).text);
  if (one_of(at(n), {"materialized", "event", "foreign", "text", "user", "default", "access", "operator"}) &&
      one_of(at(n + 1), {"view", "trigger", "table", "data", "search", "mapping", "privileges", "method",
                         "class", "family"}))
    kind += " " + upper(at(n + 1).text);
  return kind;
}

bool is_data_statement(std::string_view text) {
  const std::string kind = statement_kind(text);
  static constexpr std::array<std::string_view, 9> kKinds = {"SELECT", "VALUES", "TABLE", "INSERT", "UPDATE",
                                                             "DELETE", "MERGE",  "COPY",  "WITH"};
  return std::find(kKinds.begin(), kKinds.end(), kind) != kKinds.end();
}

bool refuses_transaction(std::string_view text) {
  const std::string kind = statement_kind(text);
  if (kind == "VACUUM" || kind == "CREATE DATABASE" || kind == "DROP DATABASE" || kind == "ALTER SYSTEM" ||
      kind == "CREATE TABLESPACE" || kind == "DROP TABLESPACE" || kind == "CREATE SUBSCRIPTION")
    return true;
  if (kind != "CREATE INDEX" && kind != "DROP INDEX" && kind != "REINDEX" && kind != "ALTER TABLE")
    return false;
  const std::vector<Token> words = tokens(text, kEnough);
  return std::any_of(words.begin(), words.end(), [](const Token& word) { return word.is("concurrently"); });
}

}  // namespace windlass::sql
