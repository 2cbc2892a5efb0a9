#include "sql/other_dialect.h"

#include <fmt/core.h>

#include <array>
#include <initializer_list>
#include <vector>

#include "sql/sql_name.h"
#include "sql/tokens.h"

namespace windlass::sql {

namespace {

using Words = std::initializer_list<std::string_view>;

constexpr size_t kNone = std::string::npos;

/// A text as its tokens, with questions after runs of words.
class Text {
 public:
  explicit Text(std::string_view text) : source_(text), tokens_(tokens(text, 5000)) {}

  bool begins(Words words) const { return at(0, words); }

  bool at(size_t from, Words words) const {
    if (from + words.size() > tokens_.size()) return false;
    for (const std::string_view word : words)
      if (!tokens_[from++].is(word)) return false;
    return true;
  }

  /// Where the words stand one after the other; npos where they do not.
  size_t find(Words words, size_t from = 0) const {
    for (size_t i = from; i + words.size() <= tokens_.size(); ++i)
      if (at(i, words)) return i;
    return kNone;
  }
  bool has(Words words) const { return find(words) != kNone; }

  bool symbol(char c) const {
    for (const Token& token : tokens_)
      if (token.symbol(c)) return true;
    return false;
  }
  bool symbol_after(size_t at, char c) const { return at < tokens_.size() && tokens_[at].symbol(c); }

  /// The name at a place, perhaps in backquotes, as PostgreSQL needs it; "..." where none stands there.
  std::string name(size_t at) const {
    const std::string bare = bare_name(at);
    return bare.empty() ? "..." : sql_name({bare});
  }

  /// The same as it is, empty where none stands there. In backquotes nothing is folded.
  std::string bare_name(size_t at) const {
    if (symbol_after(at, '`')) {
      const size_t from = tokens_[at].offset + 1;
      const size_t to = source_.find('`', from);
      return to == std::string_view::npos ? "" : std::string(source_.substr(from, to - from));
    }
    return at < tokens_.size() && tokens_[at].name() ? tokens_[at].text : std::string();
  }

  /// Where an action of ALTER TABLE begins with these words: after the table's name, or after a comma.
  size_t action(Words words) const {
    for (size_t at = find(words, 3); at != kNone; at = find(words, at + 1))
      if (at == after_name(2) || tokens_[at - 1].symbol(',')) return at;
    return kNone;
  }

 private:
  /// Behind a name, perhaps in backquotes, perhaps with its schema.
  size_t after_name(size_t at) const {
    const auto part = [&](size_t from) {
      if (!symbol_after(from, '`')) return from + 1;
      size_t to = from + 1;
      while (to < tokens_.size() && !tokens_[to].symbol('`')) ++to;
      return to + 1;
    };
    at = part(at);
    return symbol_after(at, '.') ? part(at + 1) : at;
  }

  std::string_view source_;
  std::vector<Token> tokens_;
};

std::optional<OtherDialect> alter_table(const Text& text) {
  if (!text.begins({"alter", "table"})) return {};
  const std::string table = text.name(2);
  const auto mysql = [&](std::string what, std::string action) {
    return OtherDialect{"MySQL", std::move(what), fmt::format("ALTER TABLE {} {}", table, action)};
  };
  // Before the backquotes, which only say how names are written: what is to be done.
  if (text.action({"drop", "primary", "key"}) != kNone)
    return mysql("ALTER TABLE ... DROP PRIMARY KEY",
                 "DROP CONSTRAINT " + sql_name({text.bare_name(2) + "_pkey"}));
  if (const size_t at = text.action({"drop", "foreign", "key"}); at != kNone)
    return mysql("ALTER TABLE ... DROP FOREIGN KEY", "DROP CONSTRAINT " + text.name(at + 3));
  for (const std::string_view word : {"index", "key"}) {
    if (const size_t at = text.action({"drop", word}); at != kNone)
      return OtherDialect{"MySQL", "ALTER TABLE ... DROP INDEX",
                          fmt::format("DROP INDEX {0}\n"
                                      "Or, where it belongs to a constraint:\n"
                                      "ALTER TABLE {1} DROP CONSTRAINT {0}",
                                      text.name(at + 2), table)};
    if (text.action({"add", "unique", word}) != kNone)
      return mysql("ALTER TABLE ... ADD UNIQUE KEY", "ADD CONSTRAINT ... UNIQUE (...)");
    if (text.action({"add", word}) != kNone)
      return OtherDialect{"MySQL", "ALTER TABLE ... ADD INDEX",
                          fmt::format("CREATE INDEX ... ON {} (...)", table)};
  }
  for (const std::string_view word : {"modify", "change"})
    if (const size_t at = text.action({word}); at != kNone) {
      const size_t column = text.at(at + 1, {"column"}) ? at + 2 : at + 1;
      return mysql(
          word == "modify" ? "ALTER TABLE ... MODIFY" : "ALTER TABLE ... CHANGE",
          fmt::format("ALTER COLUMN {0} TYPE ..., ALTER COLUMN {0} SET NOT NULL", text.name(column)));
    }
  return {};
}

std::optional<OtherDialect> data_statement(const Text& text) {
  if (text.begins({"update"})) {
    const size_t set = text.find({"set"});
    const size_t join = text.find({"join"});
    if (join != kNone && set != kNone && join < set)
      return OtherDialect{
          "MySQL", "UPDATE ... JOIN ... SET",
          fmt::format(
              "UPDATE {} SET column = ... FROM other WHERE ...   -- columns after SET bear no table's name",
              text.name(1))};
  }
  if (text.begins({"delete"}) && !text.at(1, {"from"}) && text.has({"from"}))
    return OtherDialect{"MySQL", "DELETE table FROM ... JOIN",
                        fmt::format("DELETE FROM {} USING other WHERE ...", text.name(1))};
  if (text.begins({"insert", "ignore"}))
    return OtherDialect{"MySQL", "INSERT IGNORE", "INSERT INTO ... ON CONFLICT DO NOTHING"};
  if (text.begins({"replace", "into"}))
    return OtherDialect{"MySQL or SQLite", "REPLACE INTO",
                        "INSERT INTO ... ON CONFLICT (...) DO UPDATE SET column = EXCLUDED.column"};
  if (text.has({"on", "duplicate", "key", "update"}))
    return OtherDialect{"MySQL", "ON DUPLICATE KEY UPDATE",
                        "INSERT INTO ... ON CONFLICT (...) DO UPDATE SET column = EXCLUDED.column"};
  if (text.begins({"insert", "or"}))
    return OtherDialect{"SQLite", "INSERT OR ...",
                        "INSERT INTO ... ON CONFLICT (...) DO NOTHING   -- or DO UPDATE SET ..."};
  return {};
}

std::optional<OtherDialect> create_table(const Text& text) {
  if (!text.begins({"create", "table"})) return {};
  if (text.has({"auto_increment"}) || text.has({"autoincrement"}))
    return OtherDialect{text.has({"auto_increment"}) ? "MySQL" : "SQLite",
                        text.has({"auto_increment"}) ? "AUTO_INCREMENT" : "AUTOINCREMENT",
                        "id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"};
  for (const std::string_view option : {"engine", "charset"})
    if (const size_t at = text.find({option}); at != kNone && text.symbol_after(at + 1, '='))
      return OtherDialect{
          "MySQL", option == "engine" ? "ENGINE=" : "CHARSET=", "CREATE TABLE ... (...)   -- without it"};
  return {};
}

}  // namespace

std::optional<OtherDialect> other_dialect(std::string_view source) {
  const Text text(source);
  for (const auto& reading : {alter_table(text), data_statement(text), create_table(text)})
    if (reading) return reading;
  if (text.begins({"pragma"}))
    return OtherDialect{"SQLite", "PRAGMA", "nothing: leave it out where the dialect is postgresql"};
  if (text.begins({"show", "tables"}))
    return OtherDialect{"MySQL", "SHOW TABLES", "SELECT tablename FROM pg_tables"};
  if (text.symbol('`'))
    return OtherDialect{"MySQL", "names in backquotes", "names in double quotes, or bare"};
  return {};
}

}  // namespace windlass::sql
