#include "fix/unique_key.h"

#include "base/text.h"
#include "fix/table_text.h"
#include "sql/sql_name.h"
#include "sql/statement_kind.h"
#include "sql/tokens.h"

namespace windlass::fix {

namespace {

using sql::Token;

/// The name that begins at `at`, which moves behind it.
void name_at(const std::vector<Token>& tokens, size_t& at, UniqueKey& key) {
  if (at >= tokens.size() || !tokens[at].name()) return;
  key.table = tokens[at++].text;
  if (at + 1 < tokens.size() && tokens[at].symbol('.')) {
    key.schema = key.table;
    key.table = tokens[at + 1].text;
    at += 2;
  }
}

/// An element of an index without what is said of its order: "lower(name)" of "lower(name) DESC".
std::string expression_of(std::string_view element) {
  const std::vector<Token> tokens = sql::tokens(element);
  int depth = 0;
  for (const Token& token : tokens) {
    if (token.symbol('(')) ++depth;
    if (token.symbol(')')) --depth;
    if (depth == 0 && token.offset > 0 &&
        (token.is("asc") || token.is("desc") || token.is("nulls") || token.is("collate") ||
         token.text.ends_with("_ops")))
      return std::string(base::trim(element.substr(0, token.offset)));
  }
  return std::string(base::trim(element));
}

bool nulls_alike(const std::vector<Token>& tokens) {
  for (size_t i = 0; i + 2 < tokens.size(); ++i)
    if (tokens[i].is("nulls") && tokens[i + 1].is("not") && tokens[i + 2].is("distinct")) return true;
  return false;
}

std::optional<UniqueKey> of_index(std::string_view statement, const std::vector<Token>& tokens) {
  UniqueKey key;
  if (tokens.size() < 2 || !tokens[1].is("unique")) return std::nullopt;
  size_t at = 2;
  while (at < tokens.size() && !tokens[at].is("on")) ++at;
  if (++at < tokens.size() && tokens[at].is("only")) ++at;
  name_at(tokens, at, key);
  while (at < tokens.size() && !tokens[at].symbol('(')) ++at;
  if (at == tokens.size() || key.table.empty()) return std::nullopt;
  size_t begin = tokens[at].offset + 1;
  int depth = 0;
  for (; at < tokens.size(); ++at) {
    if (tokens[at].symbol('(')) ++depth;
    const bool closes = tokens[at].symbol(')') && --depth == 0;
    if (!closes && !(tokens[at].symbol(',') && depth == 1)) continue;
    key.expressions.push_back(expression_of(statement.substr(begin, tokens[at].offset - begin)));
    begin = tokens[at].offset + 1;
    if (closes) break;
  }
  if (at == tokens.size()) return std::nullopt;
  for (++at; at < tokens.size(); ++at) {
    if (tokens[at].symbol('(')) ++depth;
    if (tokens[at].symbol(')')) --depth;
    if (depth != 0 || !tokens[at].is("where")) continue;
    key.predicate = base::one_line(statement.substr(tokens[at].offset + 5));
    while (key.predicate.ends_with(';') || key.predicate.ends_with(' ')) key.predicate.pop_back();
    break;
  }
  return key;
}

std::optional<UniqueKey> of_constraint(std::string_view statement, const std::vector<Token>& tokens) {
  UniqueKey key;
  size_t at = 2;
  while (at < tokens.size() && (tokens[at].is("if") || tokens[at].is("exists") || tokens[at].is("only")))
    ++at;
  name_at(tokens, at, key);
  if (at >= tokens.size() || !tokens[at].is("add") || ++at >= tokens.size()) return std::nullopt;
  // Not what stands behind the key: INCLUDE (...).
  const size_t begin = tokens[at].offset;
  while (at < tokens.size() && !tokens[at].symbol(')')) ++at;
  if (at == tokens.size()) return std::nullopt;
  const auto element = constraint_element(statement.substr(begin, tokens[at].offset + 1 - begin));
  if (!element || element->columns.empty()) return std::nullopt;
  if (element->constraint != "UNIQUE" && element->constraint != "PRIMARY KEY") return std::nullopt;
  for (const std::string& each : element->columns) key.expressions.push_back(sql::sql_name({each}));
  key.nulls_alike = element->constraint == "PRIMARY KEY";
  return key;
}

}  // namespace

std::optional<UniqueKey> unique_key(std::string_view statement) {
  const std::vector<Token> tokens = sql::tokens(statement);
  const std::string kind = sql::statement_kind(statement);
  std::optional<UniqueKey> key = kind == "CREATE INDEX"  ? of_index(statement, tokens)
                                 : kind == "ALTER TABLE" ? of_constraint(statement, tokens)
                                                         : std::nullopt;
  if (key && nulls_alike(tokens)) key->nulls_alike = true;
  return key;
}

std::string where_of(const UniqueKey& key) {
  std::vector<std::string> conditions;
  if (!key.predicate.empty()) conditions.push_back("(" + key.predicate + ")");
  // Rows with a NULL in the key are never the same.
  if (!key.nulls_alike)
    for (const std::string& each : key.expressions) conditions.push_back(each + " IS NOT NULL");
  return conditions.empty() ? "" : " WHERE " + base::join(conditions, " AND ");
}

}  // namespace windlass::fix
