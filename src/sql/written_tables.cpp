#include "sql/written_tables.h"

#include <utility>

#include "sql/statement_kind.h"
#include "sql/tokens.h"

namespace windlass::sql {

namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : tokens_(tokens(text)) {}

  std::vector<WrittenTable> read() {
    while (at_ < tokens_.size()) {
      if (word(0, "insert") && word(1, "into")) {
        name(2);
      } else if (word(0, "merge") && word(1, "into")) {
        name(2);
      } else if (word(0, "delete") && word(1, "from")) {
        name(2);
      } else if (word(0, "update") && !is_clause()) {
        name(1);
      } else if (word(0, "truncate") && !is_clause()) {
        truncated();
      } else if (word(0, "copy")) {
        copied();
      } else {
        ++at_;
      }
    }
    return std::move(found_);
  }

 private:
  bool word(size_t ahead, std::string_view text) const {
    return at_ + ahead < tokens_.size() && tokens_[at_ + ahead].is(text);
  }
  bool symbol(size_t ahead, char c) const {
    return at_ + ahead < tokens_.size() && tokens_[at_ + ahead].symbol(c);
  }

  /// FOR UPDATE, FOR NO KEY UPDATE, ON UPDATE, DO UPDATE SET; "UPDATE OR TRUNCATE ON" of a trigger or a
  /// grant.
  bool is_clause() const {
    if (word(1, "set") || word(1, "or") || word(1, "of") || word(1, "on")) return true;
    if (at_ == 0) return false;
    const Token& before = tokens_[at_ - 1];
    return before.is("for") || before.is("key") || before.is("on") || before.is("do") || before.is("or");
  }

  /// Reads [ONLY] name [. name] that begins so many tokens ahead.
  void name(size_t ahead) {
    at_ += ahead;
    if (word(0, "only")) ++at_;
    const bool there = at_ < tokens_.size() && tokens_[at_].name();
    if (!there) return;
    WrittenTable table{"", tokens_[at_].text};
    ++at_;
    while (symbol(0, '.') && at_ + 1 < tokens_.size() && tokens_[at_ + 1].name()) {
      table.schema = std::exchange(table.name, tokens_[at_ + 1].text);
      at_ += 2;
    }
    found_.push_back(std::move(table));
  }

  void truncated() {
    name(word(1, "table") ? 2 : 1);
    for (;;) {
      if (symbol(0, '*')) ++at_;
      if (!symbol(0, ',')) return;
      name(1);
    }
  }

  /// COPY t [(columns)] FROM; a COPY ... TO only reads.
  void copied() {
    const size_t before = found_.size();
    name(1);
    size_t at = at_;
    if (symbol(0, '('))
      while (at < tokens_.size() && !tokens_[at++].symbol(')')) {
      }
    const bool from = at < tokens_.size() && tokens_[at].is("from");
    if (!from) found_.resize(before);
  }

  std::vector<Token> tokens_;
  size_t at_ = 0;
  std::vector<WrittenTable> found_;
};

}  // namespace

std::vector<WrittenTable> written_tables(std::string_view text) {
  std::vector<WrittenTable> all = Reader(text).read();
  if (statement_kind(text) != "DO") return all;
  for (const Token& token : tokens(text))
    if (token.kind == Token::Kind::String)
      for (WrittenTable& table : Reader(token.text).read()) all.push_back(std::move(table));
  return all;
}

}  // namespace windlass::sql
